import { describe, expect, it } from 'vitest';
import { learningRate } from '../../../src-main/training/schedules.ts';

describe('learningRate', () => {
  it('stays with "constant"', () => {
    expect(learningRate(0.1, { kind: 'constant' }, 99, 100)).toBe(0.1);
  });

  it('drops at the given share of the run with "step"', () => {
    const at = (iteration: number) =>
      learningRate(1, { kind: 'step', everyFraction: 0.25, gamma: 0.5 }, iteration, 100);
    expect([0, 24, 25, 49, 50, 99].map(at)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.125]);
  });

  it('never divides a short run by zero', () => {
    expect(learningRate(1, { kind: 'step', everyFraction: 0.1, gamma: 0.5 }, 2, 3)).toBe(0.25);
  });

  it('falls to almost nothing with "poly"', () => {
    const at = (iteration: number) => learningRate(2.5e-4, { kind: 'poly', power: 0.9 }, iteration, 40_000);
    expect(at(0)).toBe(2.5e-4);
    expect(at(20_000)).toBeCloseTo(2.5e-4 * 0.5358867312681466, 12); // 0.5 ** 0.9
    expect(at(39_999)).toBeGreaterThan(0);
  });
});
