import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { resnet } from '../../../src-main/models/resnet.ts';
import type { Tensors } from '../../../src-main/models/tensors.ts';
import type { OptimizerSpec, Trainer } from '../../../src-main/engines/engine.ts';
import { createTrainer, type OnnxTrainerOptions } from '../../../src-main/engines/onnx/trainer.ts';
import { deviating, deviation } from '../../parity/fixture.ts';
import { smallBatch, smallNet } from './smallNet.ts';

const BATCH = 4;
const SIDE = 32;
/** Wide enough that some convolutions are computed as matrix products and others as `Conv`. */
const graph = resnet({ depth: 18, width: 8, stages: 3, classes: 3, imageSize: SIDE });

const optimizers: OptimizerSpec[] = [
  { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
  { kind: 'sgd', momentum: 0, weightDecay: 0 },
  { kind: 'adam', weightDecay: 1e-3 },
];

function open(optimizer: OptimizerSpec, parameters: Tensors = initialise(graph, Random.from(1, 'weights'))) {
  return createTrainer({ graph, parameters, optimizer, batchSize: BATCH, device: 'cpu' });
}

function batch(step: number) {
  const random = Random.from(2, step);
  const images = Float32Array.from({ length: BATCH * 3 * SIDE * SIDE }, () => random.normal());
  return { images, targets: Int32Array.from({ length: BATCH }, () => random.integer(3)) };
}

async function train(trainer: Trainer, from: number, to: number) {
  const losses: number[] = [];
  for (let step = from; step < to; step++) losses.push((await trainer.step(batch(step), 1e-2)).loss);
  return losses;
}

describe.each(optimizers)('training with $kind, momentum $momentum', (optimizer) => {
  it('gives the same bits for the same inputs, and for others not', async () => {
    const [a, b] = [await open(optimizer), await open(optimizer)];
    expect(await train(a, 0, 10)).toEqual(await train(b, 0, 10));
    const state = await a.state();
    expect(await b.state()).toEqual(state);
    await a.step(batch(0), 1e-2);
    expect(await a.state()).not.toEqual(state);
    await Promise.all([a.dispose(), b.dispose()]);
  });

  it('goes on bit for bit from a restored state', async () => {
    const [whole, first] = [await open(optimizer), await open(optimizer)];
    const losses = await train(whole, 0, 6);
    await train(first, 0, 3);
    const state = await first.state();
    const second = await open(optimizer, initialise(graph, Random.from(99)));
    await second.restore(state);
    expect(await train(second, 3, 6)).toEqual(losses.slice(3));
    expect(await second.state()).toEqual(await whole.state());
    await Promise.all([whole, first, second].map((trainer) => trainer.dispose()));
  });
});

describe('a trainer', () => {
  it('learns two batches by heart', async () => {
    const trainer = await open({ kind: 'adam', weightDecay: 0 });
    for (let i = 0; i < 30; i++) await trainer.step(batch(i % 2), 1e-3);
    const { loss, logits } = await trainer.step(batch(0), 1e-3);
    expect(loss).toBeLessThan(0.1);
    const { targets } = batch(0);
    const best = [...targets].map((_, i) => {
      const row = [...logits.subarray(i * 3, i * 3 + 3)];
      return row.indexOf(Math.max(...row));
    });
    expect(best).toEqual([...targets]);
    await trainer.dispose();
  });

  it('evaluates any number of images, each alone, without changing the state', async () => {
    const trainer = await open({ kind: 'sgd', momentum: 0, weightDecay: 0 });
    await train(trainer, 0, 2);
    const state = await trainer.state();
    const images = Float32Array.from([...batch(0).images, ...batch(1).images]);
    const all = await trainer.evaluate(images, 2 * BATCH);
    const six = await trainer.evaluate(images, 6);
    expect(all).toHaveLength(2 * BATCH * 3);
    expect([...six]).toEqual([...all.subarray(0, 18)]);
    expect(await trainer.state()).toEqual(state);
    await trainer.dispose();
  });

  it('copies its state: neither side sees the other change', async () => {
    const trainer = await open({ kind: 'sgd', momentum: 0.9, weightDecay: 0 });
    const before = await trainer.state();
    const copy = structuredClone(before);
    await train(trainer, 0, 2);
    expect(before).toEqual(copy);
    await trainer.dispose();
  });

  it('refuses to train batch norm on one value per channel', async () => {
    const tiny = resnet({ depth: 18, width: 4, classes: 3, imageSize: 32 });
    const parameters = initialise(tiny, Random.from(1));
    const optimizer = { kind: 'adam', weightDecay: 0 } as const;
    const made = createTrainer({ graph: tiny, parameters, optimizer, batchSize: 1, device: 'cpu' });
    await expect(made).rejects.toThrow('larger batch');
  });

  it('refuses a group that names no parameter', async () => {
    const parameters = initialise(graph, Random.from(1));
    const options = {
      graph,
      parameters,
      optimizer: optimizers[0]!,
      batchSize: BATCH,
      device: 'cpu',
    } as const;
    const groups = [{ prefixes: ['fc.', 'head.', 'layer9'], learningRateFactor: 10 }];
    await expect(createTrainer({ ...options, groups })).rejects.toThrow(
      'no parameter whose name begins with head. or layer9',
    );
  });

  it('refuses a state that does not fit', async () => {
    const trainer = await open({ kind: 'adam', weightDecay: 0 });
    const state = new Map(await trainer.state());
    state.delete('optimizer.gradient_sum.fc.bias');
    await expect(trainer.restore(state)).rejects.toThrow('optimizer.gradient_sum.fc.bias is missing');
    await trainer.dispose();
  });
});

describe('a trainer that accumulates gradients', () => {
  const optimizer = { kind: 'adam', weightDecay: 0.1 } as const;
  const openSmall = (options: Partial<OnnxTrainerOptions>) => {
    const { graph = smallNet() } = options;
    const parameters = initialise(graph, Random.from(1));
    return createTrainer({ graph, parameters, optimizer, batchSize: 4, device: 'cpu', ...options });
  };

  it('updates as with one large batch, where images do not meet in a batch norm', async () => {
    const plain = smallNet({ normalised: false, dropped: false });
    const clipping = { kind: 'norm', max: 0.1 } as const;
    const large = await openSmall({ graph: plain, clipping, batchSize: 12 });
    const small = await openSmall({ graph: plain, clipping, accumulate: 3 });
    for (let step = 0; step < 3; step++) {
      const expected = await large.step(smallBatch(12, step), 1e-3);
      const actual = await small.step(smallBatch(12, step), 1e-3);
      expect(actual.loss).toBeCloseTo(expected.loss, 6);
      expect(deviation(actual.logits, expected.logits)).toBeLessThan(1e-5);
    }
    // Sums in another order; Adam divides small gradients by their own size.
    expect(deviating(await small.state(), await large.state(), 1e-4)).toEqual([]);
    await Promise.all([large.dispose(), small.dispose()]);
  });

  it('drops other elements in every pass', async () => {
    const graph = smallNet({ normalised: false });
    const each = await openSmall({ graph });
    const both = await openSmall({ graph, accumulate: 2 });
    const { images, targets } = smallBatch(4, 0);
    const twice = {
      images: Float32Array.from([...images, ...images]),
      targets: Int32Array.from([...targets, ...targets]),
    };
    const logits: number[][] = [];
    for (let step = 0; step < 4; step++) logits.push([...(await each.step({ images, targets }, 0)).logits]);
    const steps = [await both.step(twice, 0), await both.step(twice, 0)];
    expect(steps.flatMap((output) => [...output.logits])).toEqual(logits.flat());
    expect(new Set(logits.map(String)).size).toBe(4);
    await Promise.all([each.dispose(), both.dispose()]);
  });

  it('keeps nothing for frozen parameters and leaves them alone, and gives no logits where none are asked for', async () => {
    const graph = smallNet({ frozen: 'conv' });
    const trainer = await openSmall({ graph, accumulate: 2, logits: false });
    const before = await trainer.state();
    const { logits } = await trainer.step(smallBatch(8, 0), 0.1);
    expect(logits).toHaveLength(0);
    const after = await trainer.state();
    expect([...after.keys()].filter((name) => /optimizer.*conv/.test(name))).toEqual([]);
    const changed = [...after].filter(([name, { data }]) => String(data) !== String(before.get(name)?.data));
    expect(changed.map(([name]) => name)).not.toContain('conv1.weight');
    expect(changed.map(([name]) => name)).toEqual(
      expect.arrayContaining(['bn1.weight', 'bn1.running_mean', 'fc.bias']),
    );
    await trainer.dispose();
  });
});
