import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDefaults } from '../../src-main/contract/defaults.ts';
import { UserError } from '../../src-main/base/errors.ts';
import { traceOf } from '../../src-main/data/content.ts';
import type { LoaderOptions, PatchLoader } from '../../src-main/data/loading.ts';
import { createPatchLoader } from '../../src-main/data/patchLoader.ts';
import { decodeRgb } from '../../src-main/data/rgb.ts';
import { TILE_CLASSES, writeTiles } from '../support/tiles.ts';

const options: LoaderOptions = {
  imageSize: 24,
  mean: [0.7, 0.5, 0.6],
  std: [0.2, 0.25, 0.15],
  threads: 1,
  cacheBytes: 1e7,
};
const settings = runDefaults.augmentation.value;

let folder: string;
let paths: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-loader-'));
  await writeTiles(folder, 8, 40);
  paths = TILE_CLASSES.flatMap((name) =>
    Array.from({ length: 8 }, (_, i) => path.join(folder, name, `${name}-${String(i).padStart(3, '0')}.png`)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Loads all tiles, in requests that overlap. */
async function loadAll(changes: Partial<LoaderOptions>, seed: number, requestSize = paths.length) {
  const loader = createPatchLoader({ ...options, ...changes });
  try {
    const starts = Array.from({ length: Math.ceil(paths.length / requestSize) }, (_, i) => i * requestSize);
    const parts = await Promise.all(
      starts.map((start) => {
        const part = paths.slice(start, start + requestSize);
        return loader.load({
          paths: part,
          augment: { settings, seeds: part.map((_path, i) => seed + start + i) },
        });
      }),
    );
    return parts.flatMap((part) => [...part]);
  } finally {
    await loader.dispose();
  }
}

describe('createPatchLoader', () => {
  it('gives the same bits whatever the threads, the cache and the requests', async () => {
    const reference = await loadAll({}, 7);
    expect(reference).toHaveLength(24 * 3 * 24 * 24);
    expect(await loadAll({ threads: 2 }, 7)).toEqual(reference);
    expect(await loadAll({ threads: 3, cacheBytes: 0 }, 7, 5)).toEqual(reference);
    expect(await loadAll({ cacheBytes: 24 * 24 * 3 * 4 }, 7, 7)).toEqual(reference);
    expect(await loadAll({}, 8)).not.toEqual(reference);
  });

  it('resizes and normalises without augmentation, in the order asked for', async () => {
    const loader = createPatchLoader({ ...options, threads: 2 });
    const asked = [paths[3], paths[20], paths[3]].map((file) => file ?? '');
    for (let round = 0; round < 2; round++) {
      const batch = await loader.load({ paths: asked, augment: null });
      for (const [i, file] of asked.entries()) {
        const { data } = await decodeRgb(file, 24);
        for (const pixel of [0, 100, 575])
          for (let channel = 0; channel < 3; channel++)
            expect(batch[(i * 3 + channel) * 576 + pixel]).toBeCloseTo(
              ((data[pixel * 3 + channel] ?? 0) / 255 - (options.mean[channel] ?? 0)) /
                (options.std[channel] ?? 1),
              5,
            );
      }
    }
    await loader.dispose();
  });

  it('rejects the request of a broken file by its name and goes on with others', async () => {
    const broken = path.join(folder, 'broken.png');
    await writeFile(broken, 'nonsense');
    const loader = createPatchLoader({ ...options, threads: 2 });
    const [bad, good] = await Promise.allSettled([
      loader.load({ paths: [...paths.slice(0, 6), broken], augment: null }),
      loader.load({ paths: paths.slice(0, 6), augment: null }),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(UserError) });
    expect(String((bad as PromiseRejectedResult).reason)).toContain(broken);
    expect(await loader.load({ paths: paths.slice(0, 2), augment: null })).toHaveLength(2 * 3 * 576);
    await loader.dispose();
  });

  it('takes a touched file, and rejects one that is not what is on record, also in the midst', async () => {
    const file = path.join(folder, 'recorded.png');
    const load = (loader: PatchLoader) => loader.load({ paths: [file], augment: null });
    await copyFile(paths[0]!, file);
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    const contents = new Map([[file, { sha256, trace: traceOf(await stat(file)) }]]);
    const loader = createPatchLoader({ ...options, contents, cacheBytes: 0 });
    const before = await load(loader);
    await utimes(file, 1, 1);
    expect(await load(loader)).toEqual(before);
    await copyFile(paths[20]!, file);
    await expect(load(loader)).rejects.toThrow(
      /recorded\.png\. It was changed after its dataset was read\. Put it back/,
    );
    await copyFile(paths[0]!, file);
    expect(await load(loader)).toEqual(before);
    await loader.dispose();
    const careless = createPatchLoader({ ...options, cacheBytes: 0 });
    expect(await load(careless)).toEqual(before);
    await careless.dispose();
  });

  it('rejects instead of hanging when its threads end', async () => {
    const loader = createPatchLoader({ ...options, threads: 2, cacheBytes: 0 });
    const pending = loader.load({ paths, augment: null });
    const outcome = expect(pending).rejects.toThrow(/ended/);
    await loader.dispose();
    await outcome;
    await expect(loader.load({ paths, augment: null })).rejects.toThrow(/disposed/);
  });
});
