import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../src-main/training/knownAnswer.ts';

describe('a known answer', () => {
  const known = { side: 32, values: [10, -2, 0.5] };
  const check = (...values: number[]) => checkAnswer({ side: 32, values }, known);

  it('is given within a thousandth of its largest value', () => {
    check(10, -2, 0.5);
    check(10.009, -2.009, 0.491);
    for (const values of [
      [10.02, -2, 0.5],
      [10, -2, 0.48],
      [9.98, -2, 0.5],
      [-2, 10, 0.5],
      [0, 0, 0],
    ])
      // prettier-ignore
      expect(() => check(...values)).toThrow(/it fails its self-test/);
  });

  it('has as many values as it has', () => {
    expect(() => check(10, -2)).toThrow(/it fails its self-test/);
    expect(() => check(10, -2, 0.5, 0)).toThrow(/it fails its self-test/);
  });
});
