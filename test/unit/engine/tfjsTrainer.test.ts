import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import type { Graph } from '../../../src-main/graph/graph.ts';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { dropout } from '../../../src-main/graph/ops/dropout.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { maxPool } from '../../../src-main/graph/ops/maxPool.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { resizeBilinear } from '../../../src-main/graph/ops/resizeBilinear.ts';
import type { OptimizerSpec, Trainer, TrainerOptions } from '../../../src-main/engines/engine.ts';
import { forward } from '../../../src-main/engines/tfjs/forward.ts';
import type { TensorFlow, Tensor4D } from '../../../src-main/engines/tfjs/tensorflow.ts';
import { createTrainer } from '../../../src-main/engines/tfjs/trainer.ts';
import { pureTensorflow } from '../../support/pureTensorflow.ts';

const BATCH = 2;
const ACCUMULATE = 2;
const SIDE = 6;
const CLASSES = 3;
const STEPS = 6;

let tf: TensorFlow;
beforeAll(async () => {
  tf = await pureTensorflow();
});

const optimizers: OptimizerSpec[] = [
  { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4, nesterov: true },
  { kind: 'adamw', weightDecay: 1e-3 },
];

function network(): Graph {
  const builder = new GraphBuilder([3, SIDE, SIDE]);
  let x = conv2d(builder, 'conv', builder.input, { channels: 4, kernel: 3, padding: 2, dilation: 2 });
  x = relu(builder, 'relu', batchNorm(builder, 'bn', x));
  x = maxPool(builder, 'max', x, { kernel: 3, stride: 2, padding: 1 });
  x = dropout(builder, 'dropout', globalAveragePool(builder, 'mean', x), 0.3);
  return builder.finish(dense(builder, 'fc', x, CLASSES), { kind: 'softmaxCrossEntropy' });
}

const graph = network();

function open(options: Partial<TrainerOptions> = {}): Promise<Trainer> {
  return createTrainer(tf, {
    graph,
    parameters: initialise(graph, Random.from(1, 'weights')),
    optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0 },
    clipping: { kind: 'norm', max: 1 },
    batchSize: BATCH,
    accumulate: ACCUMULATE,
    seed: 3,
    device: 'tensorflow',
    ...options,
  });
}

function batch(step: number) {
  const random = Random.from(2, step);
  const count = BATCH * ACCUMULATE;
  const images = Float32Array.from({ length: count * 3 * SIDE * SIDE }, () => random.normal());
  return { images, targets: Int32Array.from({ length: count }, () => random.integer(CLASSES)) };
}

async function train(trainer: Trainer, from: number, to: number) {
  const losses: number[] = [];
  for (let step = from; step < to; step++) losses.push((await trainer.step(batch(step), 0.05)).loss);
  return losses;
}

describe.each(optimizers)('training on TensorFlow.js with $kind', (optimizer) => {
  it('gives the same bits for the same seed, and for another not', async () => {
    const [a, b, c] = [
      await open({ optimizer }),
      await open({ optimizer }),
      await open({ optimizer, seed: 4 }),
    ];
    const losses = await train(a, 0, STEPS);
    expect(await train(b, 0, STEPS)).toEqual(losses);
    expect(await b.state()).toEqual(await a.state());
    expect(await train(c, 0, STEPS)).not.toEqual(losses);
    await Promise.all([a, b, c].map((trainer) => trainer.dispose()));
  });

  it('goes on bit for bit from the state of any step', async () => {
    const whole = await open({ optimizer });
    const losses: number[] = [];
    const states = [await whole.state()];
    for (let step = 0; step < STEPS; step++) {
      losses.push(...(await train(whole, step, step + 1)));
      states.push(await whole.state());
    }
    const resumed = await open({ optimizer, parameters: initialise(graph, Random.from(99)) });
    for (const [step, state] of states.entries()) {
      await resumed.restore(state);
      expect(await train(resumed, step, STEPS)).toEqual(losses.slice(step));
      expect(await resumed.state()).toEqual(states.at(-1));
    }
    await Promise.all([whole, resumed].map((trainer) => trainer.dispose()));
  });
});

describe('a trainer on TensorFlow.js', () => {
  it('refuses a group that names no parameter', async () => {
    const groups = [{ prefixes: ['conv.', 'head.'], learningRateFactor: 10 }];
    await expect(open({ groups })).rejects.toThrow('no parameter whose name begins with head.');
  });

  it('leaves no tensor behind: not per step, not per evaluation or copy, and none at all once disposed', async () => {
    const before = tf.memory().numTensors;
    const trainer = await open({ optimizer: { kind: 'adam', weightDecay: 0.1 } });
    await train(trainer, 0, 1);
    const { numTensors, numBytes } = tf.memory();
    await train(trainer, 1, STEPS);
    await trainer.evaluate(batch(0).images, BATCH + 1);
    await trainer.restore(await trainer.state());
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    await trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('learns a batch by heart', async () => {
    const trainer = await open({ optimizer: { kind: 'adam', weightDecay: 0 }, clipping: undefined });
    const first = (await trainer.step(batch(0), 0.02)).loss;
    for (let i = 0; i < 60; i++) await trainer.step(batch(0), 0.02);
    expect((await trainer.step(batch(0), 0.02)).loss).toBeLessThan(first / 2);
    await trainer.dispose();
  });

  it('evaluates any number of images, each alone, without changing the state', async () => {
    const trainer = await open();
    await train(trainer, 0, 2);
    const state = await trainer.state();
    const { images } = batch(0);
    const all = await trainer.evaluate(images, 4);
    const three = await trainer.evaluate(images, 3);
    expect(all).toHaveLength(4 * CLASSES);
    expect([...three]).toEqual([...all.subarray(0, 3 * CLASSES)]);
    expect(await trainer.state()).toEqual(state);
    await trainer.dispose();
  });

  it('copies what it gets and gives: neither side sees the other change', async () => {
    const parameters = initialise(graph, Random.from(1, 'weights'));
    const given = structuredClone(parameters);
    const trainer = await open({ parameters });
    const state = await trainer.state();
    const copy = structuredClone(state);
    await train(trainer, 0, 2);
    expect(state).toEqual(copy);
    expect(parameters).toEqual(given);
    for (const { data } of parameters.values()) data.fill(0);
    const trained = await trainer.state();
    await trainer.restore(copy);
    await train(trainer, 0, 2);
    expect(await trainer.state()).toEqual(trained);
    await trainer.dispose();
  });

  it('gives no logits where none are wanted', async () => {
    const trainer = await open({ logits: false });
    expect((await trainer.step(batch(0), 0.1)).logits).toHaveLength(0);
    await trainer.dispose();
  });

  it('refuses a state that does not fit', async () => {
    const trainer = await open({ optimizer: { kind: 'adam', weightDecay: 0 } });
    const state = new Map(await trainer.state());
    state.delete('optimizer.gradient_sum.fc.bias');
    await expect(trainer.restore(state)).rejects.toThrow('optimizer.gradient_sum.fc.bias is missing');
    await trainer.dispose();
  });

  it('refuses to train batch norm on one value per channel', async () => {
    const builder = new GraphBuilder([3, 1, 1]);
    const x = globalAveragePool(builder, 'pool', batchNorm(builder, 'bn', builder.input));
    const tiny = builder.finish(x, { kind: 'softmaxCrossEntropy' });
    const made = open({ graph: tiny, parameters: initialise(tiny, Random.from(1)), batchSize: 1 });
    await expect(made).rejects.toThrow('larger batch');
  });
});

describe('bilinear resize', () => {
  it.each([
    { height: 11, width: 4, alignCorners: true },
    { height: 11, width: 4, alignCorners: false },
    { height: 1, width: 13, alignCorners: true },
  ])('gives what TensorFlow.js itself gives: $height x $width, $alignCorners', async (options) => {
    const builder = new GraphBuilder([2, 5, 7]);
    const resized = resizeBilinear(builder, 'resize', builder.input, options);
    const made = builder.finish(resized, { kind: 'softmaxCrossEntropy' });
    const images = tf.randomNormal([3, 5, 7, 2], 0, 1, 'float32', 1) as Tensor4D;
    const none = () => {
      throw new Error('not needed');
    };
    const pass = { tf, training: false, parameter: none, mask: none, moveStatistic: none };
    const actual = tf.tidy(() => forward(pass, made, images));
    const { height, width, alignCorners } = options;
    const expected = tf.image.resizeBilinear(images, [height, width], alignCorners, !alignCorners);
    const difference = tf.max(tf.abs(tf.sub(actual, expected)));
    expect((await difference.data())[0]).toBeLessThan(1e-5);
    tf.dispose([images, actual, expected, difference]);
  });
});
