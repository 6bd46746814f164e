import { expect, it } from 'vitest';
import { compareMeans, meanAndDeviation } from '../../bench/compareMeans.ts';

it('gives the sample standard deviation', () => {
  const { mean, deviation } = meanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(mean).toBe(5);
  expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

it('tells a difference from seed noise', () => {
  const noise = [-4, -3, -2, -1, 0, 0, 1, 2, 3, 4]; // variance 60 / 9, so the standard error of a difference is 1.155
  const shifted = (by: number) => noise.map((value) => value + by);
  expect(compareMeans(noise, shifted(2)).agree).toBe(true);
  expect(compareMeans(noise, shifted(2.4)).agree).toBe(true);
  expect(compareMeans(shifted(2.5), noise)).toMatchObject({ difference: 2.5, agree: false });
  expect(compareMeans(noise, shifted(0)).standardError).toBeCloseTo(1.1547, 4);
});
