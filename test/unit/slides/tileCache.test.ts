import { describe, expect, it } from 'vitest';
import { Limiter } from '../../../src-main/slides/limiter.ts';
import { TileCache } from '../../../src-main/slides/tileCache.ts';

describe('TileCache', () => {
  it('decodes once for two who ask together, and drops the least recently used', async () => {
    const cache = new TileCache(20);
    const decoded: string[] = [];
    const read = (key: string) =>
      cache.get(key, 10, async () => {
        decoded.push(key);
        return Uint8Array.of(key.length);
      });
    const [first, second] = await Promise.all([read('a'), read('a')]);
    expect(first).toBe(second);
    await read('b');
    await read('a'); // now b is the oldest
    await read('c');
    await read('a');
    await read('b');
    expect(decoded).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps a tile made from others longer than those', async () => {
    const cache = new TileCache(20);
    let made = 0;
    const whole = () =>
      cache.get('whole', 10, async () => {
        made++;
        for (const part of ['a', 'b', 'c']) await cache.get(part, 10, async () => Uint8Array.of(1));
        return Uint8Array.of(3);
      });
    await whole();
    await whole();
    expect(made).toBe(1);
  });

  it('forgets a failure', async () => {
    const cache = new TileCache(20);
    await expect(cache.get('a', 10, () => Promise.reject(new Error('torn')))).rejects.toThrow('torn');
    expect(await cache.get('a', 10, async () => Uint8Array.of(1))).toEqual(Uint8Array.of(1));
  });
});

describe('Limiter', () => {
  it('runs in order, no more at once than allowed, and goes on after a failure', async () => {
    const limiter = new Limiter(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const tasks = [0, 1, 2, 3, 4].map((i) =>
      limiter.run(async () => {
        begun.push(i);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        if (i === 1) throw new Error('failed');
      }),
    );
    const results = await Promise.allSettled(tasks);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
    expect(results.map(({ status }) => status === 'rejected')).toEqual([false, true, false, false, false]);
  });
});
