import { expect, it } from 'vitest';
import { Random } from '../../../../src-main/base/random.ts';
import { nearPairs } from '../../../../src-main/data/health/nearPairs.ts';
import {
  hashDistance,
  nearThreshold,
  type PerceptualHash,
} from '../../../../src-main/data/health/perceptualHash.ts';

/** Random hashes, of which every fourth is an earlier one with some bits flipped. */
function hashes(count: number, seed: number): PerceptualHash[] {
  const random = Random.from(seed, 'hashes');
  const result: PerceptualHash[] = [];
  for (let i = 0; i < count; i++) {
    const earlier = result[random.integer(Math.max(1, result.length))];
    let [high, low] = [random.integer(2 ** 32), random.integer(2 ** 32)];
    if (i % 4 === 3 && earlier) {
      [high, low] = earlier;
      for (let flips = random.integer(14); flips > 0; flips--) {
        const bit = random.integer(64);
        if (bit < 32) high = (high ^ (1 << bit)) >>> 0;
        else low = (low ^ (1 << (bit - 32))) >>> 0;
      }
    }
    result.push([high, low]);
  }
  return result;
}

it.each([0, 1, 3, 4, 8, 10, 11])('finds what comparing each with each finds, up to %i bits', (threshold) => {
  const all = hashes(600, threshold + 1);
  const expected: string[] = [];
  for (let first = 0; first < all.length; first++)
    for (let second = first + 1; second < all.length; second++) {
      const distance = hashDistance(all[first]!, all[second]!);
      if (distance <= threshold) expected.push(`${first} ${second} ${distance}`);
    }
  const { pairs, complete } = nearPairs(all, threshold);
  expect(complete).toBe(true);
  expect(expected.length).toBeGreaterThan(5);
  expect(pairs.map(({ first, second, distance }) => `${first} ${second} ${distance}`).sort()).toEqual(
    expected.sort(),
  );
});

it('stops at its limit and says so', () => {
  const same: PerceptualHash[] = Array.from({ length: 1000 }, () => [7, 9]);
  const { pairs, complete } = nearPairs(same, 10, 500);
  expect(pairs).toHaveLength(500);
  expect(complete).toBe(false);
});

it('searches ten thousand hashes in far less than the square of it', () => {
  const all = hashes(10_000, 99);
  const begin = performance.now();
  const { pairs } = nearPairs(all, 10);
  expect(pairs.length).toBeGreaterThan(1000);
  expect(performance.now() - begin).toBeLessThan(3000);
});

it('refuses a threshold that it would not be exact for', () => {
  expect(() => nearPairs([], 12)).toThrow(RangeError);
});

it('is stricter the more there are, so that chance makes no pairs', () => {
  expect([100, 2250, 10_000, 50_000, 330_000].map(nearThreshold)).toEqual([10, 10, 10, 8, 6]);
  const random = Random.from(5, 'unrelated');
  const unrelated = Array.from(
    { length: 60_000 },
    () => [random.integer(2 ** 32), random.integer(2 ** 32)] as const,
  );
  expect(nearPairs(unrelated, 10).pairs.length).toBeGreaterThan(5);
  expect(nearPairs(unrelated, nearThreshold(unrelated.length)).pairs.length).toBeLessThanOrEqual(1);
});
