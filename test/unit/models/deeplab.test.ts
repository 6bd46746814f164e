import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { targetFormat } from '../../../src-main/graph/losses/targets.ts';
import { deeplab } from '../../../src-main/models/deeplab.ts';

describe('deeplab', () => {
  it.each([33, 40, 41, 320, 321, 513])('gives logits of the image’s size at %i px', (imageSize) => {
    const graph = deeplab({ depth: 18, classes: 21, imageSize, width: 4 });
    const shape = (name: string) => graph.nodes.find((node) => node.name === name)?.shape;
    const side = Math.ceil(Math.ceil(Math.ceil(imageSize / 2) / 2) / 2);
    expect(shape('layer4.1.relu')).toEqual([32, side, side]);
    expect(shape('layer5')).toEqual([21, side, side]);
    expect(shape(graph.output)).toEqual([21, imageSize, imageSize]);
    expect(targetFormat(graph)).toEqual({ type: 'int32', shape: [imageSize, imageSize] });
  });

  it('dilates every 3x3 convolution of stages 3 and 4 instead of striding', () => {
    const { nodes } = deeplab({ depth: 34, classes: 21, imageSize: 321 });
    const windows = nodes.flatMap((node) =>
      node.op === 'conv2d' ? [{ name: node.name, ...node.window }] : [],
    );
    for (const { name, kernel, stride, padding, dilation } of windows) {
      const stage = Number(/^layer(\d)/.exec(name)?.[1] ?? 0);
      if (stage < 3 || stage > 4) continue;
      const expected = kernel === 3 ? (stage === 3 ? 2 : 4) : 1;
      expect({ name, stride, dilation }).toEqual({ name, stride: 1, dilation: expected });
      expect(padding).toBe(kernel === 3 ? expected : 0);
    }
    const head = windows.filter(({ name }) => name.startsWith('layer5.'));
    expect(head.map(({ dilation, padding }) => [dilation, padding])).toEqual([
      [6, 6],
      [12, 12],
      [18, 18],
      [24, 24],
    ]);
  });

  it('begins with a head of small weights', () => {
    const tensors = initialise(deeplab({ depth: 18, width: 8, classes: 21, imageSize: 41 }), Random.from(1));
    const head = tensors.get('layer5.conv2d_list.3.weight');
    expect(head?.shape).toEqual([21, 64, 3, 3]);
    const values = head?.data ?? new Float32Array();
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    expect(deviation).toBeCloseTo(0.01, 3);
    const bias = tensors.get('layer5.conv2d_list.3.bias')?.data ?? [];
    expect(Math.max(...bias.map(Math.abs))).toBeLessThan(1 / Math.sqrt(64 * 9));
    expect(Math.max(...bias.map(Math.abs))).toBeGreaterThan(0);
  });
});
