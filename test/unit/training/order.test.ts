import { describe, expect, it } from 'vitest';
import { trainingOrder } from '../../../src-main/training/order.ts';

const epochOf = (order: ReturnType<typeof trainingOrder>, epoch: number) =>
  Array.from({ length: order.stepsPerEpoch }, (_, step) => order.batch(epoch, step));

describe('trainingOrder', () => {
  it('visits every patch once per epoch and fills the last batch from the start of the same permutation', () => {
    const order = trainingOrder(1, 10, 4);
    expect(order).toMatchObject({ batchSize: 4, stepsPerEpoch: 3 });
    const indices = epochOf(order, 1).flatMap((batch) => batch.indices);
    expect(indices).toHaveLength(12);
    expect([...indices.slice(0, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(indices.slice(10)).toEqual(indices.slice(0, 2));
  });

  it('gives a patch that fills up another augmentation than at its first place', () => {
    const seeds = epochOf(trainingOrder(1, 10, 4), 1).flatMap((batch) => batch.seeds);
    expect(new Set(seeds).size).toBe(12);
  });

  it('is one smaller batch where the set is smaller than a batch', () => {
    expect(trainingOrder(1, 3, 16)).toMatchObject({ batchSize: 3, stepsPerEpoch: 1 });
  });

  it('depends on seed and epoch alone, not on what was asked before', () => {
    const forwards = trainingOrder(5, 9, 4);
    const first = epochOf(forwards, 1);
    const second = epochOf(forwards, 2);
    const resumed = trainingOrder(5, 9, 4);
    expect(resumed.batch(2, 1)).toEqual(second[1]);
    expect(resumed.batch(1, 2)).toEqual(first[2]);
    expect(second[0]?.indices).not.toEqual(first[0]?.indices);
    expect(trainingOrder(6, 9, 4).batch(1, 0)).not.toEqual(first[0]);
  });
});
