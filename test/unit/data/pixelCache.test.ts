import { describe, expect, it } from 'vitest';
import { PixelCache } from '../../../src-main/data/pixelCache.ts';

describe('PixelCache', () => {
  it('forgets the least recently used first, and keeps within its bytes', () => {
    const cache = new PixelCache(30);
    for (const name of ['a', 'b', 'c']) cache.set(name, new SharedArrayBuffer(10));
    cache.get('a');
    cache.set('d', new SharedArrayBuffer(10));
    expect(['a', 'b', 'c', 'd'].map((name) => cache.get(name) !== null)).toEqual([true, false, true, true]);
    cache.set('c', new SharedArrayBuffer(20)); // the same file, larger: the oldest goes
    expect(['a', 'c', 'd'].map((name) => cache.get(name)?.byteLength)).toEqual([undefined, 20, 10]);
  });

  it('does not hold what is larger than itself', () => {
    const cache = new PixelCache(5);
    cache.set('a', new SharedArrayBuffer(10));
    expect(cache.get('a')).toBeNull();
  });
});
