import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import type { Loss } from '../../../src-main/graph/losses/loss.ts';
import { targetFormat } from '../../../src-main/graph/losses/targets.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { elements } from '../../../src-main/graph/shape.ts';
import type { Tensor, Tensors } from '../../../src-main/models/tensors.ts';
import { lossAndGradient } from '../../parity/lossModel.ts';
import { openOneStep } from '../../parity/oneStep.ts';

const BATCH = 3;
const CLASSES = 4;
/** The loss is float32: a smaller step magnifies its rounding, a larger one the curvature. */
const DISTANCE = 1e-3;
const classWeights = [0.5, 2, 0, 1.5];

const softmax = { kind: 'softmaxCrossEntropy' } as const;
const losses: [string, Loss][] = [
  ['softmax cross-entropy', softmax],
  ['with class weights', { ...softmax, classWeights }],
  ['with label smoothing', { ...softmax, labelSmoothing: 0.2 }],
  ['with an ignored label', { ...softmax, ignoreLabel: 255 }],
  ['with all of them', { ...softmax, classWeights, labelSmoothing: 0.2, ignoreLabel: 255 }],
  ['binary cross-entropy', { kind: 'binaryCrossEntropy' }],
];

describe.each(['images', 'pixels'] as const)('gradients agree with finite differences: %s', (what) => {
  it.each(losses)('%s', async (name, loss) => {
    const graph = build(loss, what);
    const random = Random.from(1, name, what);
    const parameters = initialise(graph, random);
    const images = Float32Array.from({ length: BATCH * elements(graph.input) }, () => random.normal());
    const batch = { images, targets: targetsOf(loss, BATCH * elements(targetFormat(graph).shape), random) };
    const step = await openOneStep({ graph, batchSize: BATCH });
    const { gradients } = await step.run(parameters, batch);
    for (const [weight, { data }] of gradients) {
      const direction = data.map(() => random.normal());
      const lossAt = async (along: number) =>
        (await step.run(moved(parameters, weight, direction, along), batch)).loss;
      const slope = ((await lossAt(DISTANCE)) - (await lossAt(-DISTANCE))) / (2 * DISTANCE);
      const computed = data.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0);
      expect(Math.abs(computed - slope), `${weight}: ${computed} and ${slope}`).toBeLessThan(
        0.02 * Math.max(Math.abs(slope), 0.05),
      );
    }
    await step.close();
  });
});

describe('softmax cross-entropy', () => {
  it.each([0, 0.2])(
    'is 0 with gradient 0 where all targets are ignored, smoothing %f',
    async (labelSmoothing) => {
      const loss: Loss = { ...softmax, ignoreLabel: 7, labelSmoothing };
      const logits = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
      const result = await lossAndGradient(loss, [2, CLASSES, 1, 3], logits, Array(6).fill(7));
      expect(result.loss).toBe(0);
      expect([...result.gradient].every((value) => value === 0)).toBe(true);
    },
  );

  it('keeps its digits over a million pixels', async () => {
    const [side, ignoreLabel] = [1024, 255];
    const random = Random.from(3);
    const logits = Float32Array.from({ length: 2 * side * side }, () => random.normal());
    const targets = Int32Array.from(
      { length: side * side },
      () => [0, 1, ignoreLabel][random.integer(3)] ?? 0,
    );
    let [sum, count] = [0, 0];
    targets.forEach((target, i) => {
      if (target === ignoreLabel) return;
      const [own, other] = [target, 1 - target].map((c) => logits[c * side * side + i] ?? 0) as [
        number,
        number,
      ];
      sum += Math.log1p(Math.exp(other - own));
      count++;
    });
    const { loss } = await lossAndGradient({ ...softmax, ignoreLabel }, [1, 2, side, side], logits, targets);
    // One float32 sum over the pixels after another would be 1e-5 away.
    expect(Math.abs(loss / (sum / count) - 1)).toBeLessThan(5e-7);
  });
});

describe('binary cross-entropy', () => {
  it('neither overflows nor cancels', async () => {
    const [logits, targets] = [Float32Array.of(200, -200, 200, -200, 20), [1, 0, 0, 1, 1]];
    const expected = (200 + 200 + Math.log1p(Math.exp(-20))) / 5;
    const { loss, gradient } = await lossAndGradient({ kind: 'binaryCrossEntropy' }, [1, 5], logits, targets);
    expect(loss).toBeCloseTo(expected, 4);
    [0, 0, 0.2, -0.2, 0].forEach((value, i) => expect(gradient[i]).toBeCloseTo(value, 6));
    const { loss: tiny } = await lossAndGradient(
      { kind: 'binaryCrossEntropy' },
      [1, 1],
      logits.slice(4),
      [1],
    );
    expect(tiny / Math.log1p(Math.exp(-20))).toBeCloseTo(1, 5);
  });
});

function build(loss: Loss, what: 'images' | 'pixels') {
  const builder = new GraphBuilder([3, 5, 4]);
  const x = conv2d(builder, 'conv', builder.input, { channels: CLASSES, kernel: 3, padding: 1, bias: true });
  if (what === 'pixels') return builder.finish(x, loss);
  return builder.finish(dense(builder, 'fc', globalAveragePool(builder, 'pool', x), CLASSES), loss);
}

function targetsOf(loss: Loss, length: number, random: Random) {
  if (loss.kind === 'binaryCrossEntropy') return Float32Array.from({ length }, () => random.uniform());
  // The first ones are fixed: one that is ignored where that is possible, and one that has a weight.
  const fixed = [loss.ignoreLabel ?? 1, 1];
  return Int32Array.from({ length }, (_, i) => fixed[i] ?? random.integer(CLASSES));
}

function moved(tensors: Tensors, name: string, direction: Float32Array, distance: number): Tensors {
  const { shape, data } = tensors.get(name) as Tensor;
  return new Map([
    ...tensors,
    [name, { shape, data: data.map((value, i) => value + distance * (direction[i] ?? 0)) }],
  ]);
}
