import { describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';

describe('Random', () => {
  it('gives the same sequence for the same seed and purpose, and another for another', () => {
    const draw = (random: Random) => Array.from({ length: 5 }, () => random.uniform());
    expect(draw(Random.from(1, 'order'))).toEqual(draw(Random.from(1, 'order')));
    expect(draw(Random.from(1, 'order'))).not.toEqual(draw(Random.from(2, 'order')));
    expect(draw(Random.from(1, 'order'))).not.toEqual(draw(Random.from(1, 'weights')));
  });

  it('goes on from a restored state', () => {
    const first = Random.from(7);
    first.uniform();
    const second = Random.restore(first.state);
    expect(second.uniform()).toBe(first.uniform());
  });

  it('is uniform and normal to within sampling error', () => {
    const random = Random.from(3);
    const n = 100_000;
    let sum = 0;
    let normal = 0;
    let square = 0;
    for (let i = 0; i < n; i++) {
      sum += random.uniform();
      const z = random.normal();
      normal += z;
      square += z * z;
    }
    expect(sum / n).toBeCloseTo(0.5, 2);
    expect(normal / n).toBeCloseTo(0, 1);
    expect(square / n).toBeCloseTo(1, 1);
  });

  it('shuffles into a permutation and leaves the input alone', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = Random.from(5).shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort()).toEqual(items);
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
