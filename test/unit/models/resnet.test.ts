import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { maxPool } from '../../../src-main/graph/ops/maxPool.ts';
import { resnet } from '../../../src-main/models/resnet.ts';

/** Written by test/parity/make_weights_fixtures.py. */
const torchvision: Record<`resnet${18 | 34 | 50}`, Record<string, number[]>> = JSON.parse(
  readFileSync(new URL('../../parity/fixtures/weights/torchvision.json', import.meta.url), 'utf8'),
);

describe('resnet', () => {
  it.each([
    [18, 11_689_512],
    [34, 21_797_672],
    [50, 25_557_032],
  ] as const)('ResNet-%i has as many weights as torchvision says', (depth, weights) => {
    const { parameters } = resnet({ depth, classes: 1000, imageSize: 224 });
    const count = parameters
      .filter(({ role }) => role === 'weight')
      .reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0);
    expect(count).toBe(weights);
  });

  it.each([18, 34, 50] as const)('ResNet-%i has torchvision’s names and shapes, in its order', (depth) => {
    const { parameters } = resnet({ depth, classes: 1000, imageSize: 224 });
    expect(parameters.map(({ name, shape }) => [name, shape])).toEqual(
      Object.entries(torchvision[`resnet${depth}`]),
    );
  });

  it('strides ResNet-50 in its 3x3 convolutions', () => {
    const { nodes } = resnet({ depth: 50, classes: 10, imageSize: 224 });
    const strided = nodes.filter((node) => node.op === 'conv2d' && node.window.stride === 2);
    expect(strided.map(({ name }) => name)).toEqual([
      'conv1',
      ...[2, 3, 4].flatMap((stage) => [`layer${stage}.0.conv2`, `layer${stage}.0.downsample.0`]),
    ]);
    expect(nodes.find(({ name }) => name === 'layer4.2.relu')?.shape).toEqual([2048, 7, 7]);
  });

  it('can be trained on several labels per image', () => {
    const loss = { kind: 'binaryCrossEntropy' } as const;
    expect(resnet({ depth: 18, classes: 20, imageSize: 64, loss }).loss).toEqual(loss);
  });

  it('has the standard feature maps at 224 px', () => {
    const { nodes } = resnet({ depth: 34, classes: 10, imageSize: 224 });
    const shape = (name: string) => nodes.find((node) => node.name === name)?.shape;
    expect(shape('conv1')).toEqual([64, 112, 112]);
    expect(shape('maxpool')).toEqual([64, 56, 56]);
    expect(shape('layer2.3.relu')).toEqual([128, 28, 28]);
    expect(shape('layer4.2.relu')).toEqual([512, 7, 7]);
    expect(shape('fc')).toEqual([10]);
  });
});

describe('initial weights', () => {
  const graph = resnet({ depth: 18, classes: 10, imageSize: 64 });
  const tensors = initialise(graph, Random.from(1));
  const statistics = (name: string) => {
    const values = tensors.get(name)?.data ?? new Float32Array(0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, std: Math.sqrt(variance), largest: Math.max(...values.map(Math.abs)) };
  };

  it('are Kaiming normal by fan-out for convolutions', () => {
    const { mean, std } = statistics('layer2.0.conv1.weight'); // [128, 64, 3, 3]
    expect(std).toBeCloseTo(Math.sqrt(2 / (128 * 9)), 3);
    expect(Math.abs(mean)).toBeLessThan(1e-3);
  });

  it('are uniform by fan-in for the classifier, and the identity for batch norm', () => {
    const { std, largest } = statistics('fc.weight'); // [10, 512]
    expect(std).toBeCloseTo(1 / Math.sqrt(3 * 512), 3);
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(512));
    expect(statistics('bn1.weight')).toMatchObject({ mean: 1, std: 0 });
    expect(statistics('bn1.running_var')).toMatchObject({ mean: 1, std: 0 });
    expect(statistics('bn1.running_mean').largest).toBe(0);
  });

  it('come from the seed', () => {
    const tiny = resnet({ depth: 18, width: 4, classes: 10, imageSize: 64 });
    const weights = (seed: number) => initialise(tiny, Random.from(seed)).get('fc.weight');
    expect(weights(1)).toEqual(weights(1));
    expect(weights(2)).not.toEqual(weights(1));
  });
});

describe('a graph that does not fit together', () => {
  const builder = new GraphBuilder([3, 8, 8]);
  const x = conv2d(builder, 'x', builder.input, { channels: 4, kernel: 3 });

  it.each([
    [
      'two nodes of one name',
      () => conv2d(builder, 'x', builder.input, { channels: 4, kernel: 3 }),
      'called x',
    ],
    [
      'a window larger than the image',
      () => conv2d(builder, 'y', x, { channels: 4, kernel: 9 }),
      '9 px does not fit into 6',
    ],
    ['different summands', () => add(builder, 'y', x, builder.input), 'cannot add [4, 6, 6] and [3, 8, 8]'],
    ['dense on images', () => dense(builder, 'y', x, 2), 'needs [features]'],
    [
      'pooling the padding',
      () => maxPool(builder, 'y', x, { kernel: 2, stride: 1, padding: 2 }),
      'more than half',
    ],
    [
      'an unknown input',
      () => add(builder, 'y', { name: 'z', shape: [1] }, { name: 'z', shape: [1] }),
      'no value z',
    ],
  ])('is refused: %s', (_, build, reason) => {
    expect(build).toThrow(reason);
  });
});
