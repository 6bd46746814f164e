import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src-main/base/errors.ts';
import { decodeRgb } from '../../src-main/data/rgb.ts';
import type { VocLoaderOptions } from '../../src-main/data/voc/loading.ts';
import { createVocLoader } from '../../src-main/data/voc/vocLoader.ts';
import { smallVoc, vocJpeg, vocMask, writeFiles } from '../support/voc.ts';

const options: VocLoaderOptions = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  threads: 1,
  cacheBytes: 1e7,
};
const settings = { rescale: [0.5, 1.5], flip: true } as const;
const SIZE = 24;

let folder: string;
let items: { image: string; mask: string | null }[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-vocloader-'));
  await writeFiles(folder, await smallVoc());
  const item = (number: number) => ({
    image: path.join(folder, `JPEGImages/2007_00000${number}.jpg`),
    mask: path.join(folder, `SegmentationClass/2007_00000${number}.png`),
  });
  items = [1, 2, 3, 4, 2, 1, 4].map(item);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two rounds over all items, in requests that overlap. */
async function loadAll(changes: Partial<VocLoaderOptions>, requestSize = items.length) {
  const loader = createVocLoader({ ...options, ...changes });
  const twice = [...items, ...items];
  try {
    const starts = Array.from({ length: Math.ceil(twice.length / requestSize) }, (_, i) => i * requestSize);
    const batches = await Promise.all(
      starts.map((start) => {
        const part = twice.slice(start, start + requestSize);
        const seeds = part.map((_item, i) => 7 + start + i);
        return loader.load({ items: part, size: SIZE, augment: { settings, seeds } });
      }),
    );
    return {
      images: batches.flatMap(({ images }) => [...images]),
      masks: batches.flatMap(({ masks }) => [...masks]),
    };
  } finally {
    await loader.dispose();
  }
}

describe('createVocLoader', () => {
  it('gives the same bits whatever the threads, the cache and the requests', async () => {
    const reference = await loadAll({});
    expect(reference.images).toHaveLength(14 * 3 * SIZE ** 2);
    expect(reference.masks).toHaveLength(14 * SIZE ** 2);
    expect(await loadAll({ threads: 2 })).toEqual(reference);
    expect(await loadAll({ threads: 3, cacheBytes: 0 }, 4)).toEqual(reference);
    expect(await loadAll({ cacheBytes: 6000 }, 5)).toEqual(reference);
    expect(new Set(reference.masks)).toEqual(new Set([0, 1, 8, 15, 255]));
  });

  it('puts whole images into the corner, normalised, with masks as they are', async () => {
    const loader = createVocLoader({ ...options, threads: 2 });
    const [size, asked] = [48, items.slice(0, 3)];
    const { images, masks } = await loader.load({ items: asked, size, augment: null });
    for (const [i, { image }] of asked.entries()) {
      const { data, width, height } = await decodeRgb(image);
      expect([width, height]).toEqual([40, 30]);
      for (const [x, y] of [
        [0, 0],
        [39, 0],
        [17, 29],
      ] as const)
        for (const channel of [0, 1, 2] as const)
          expect(images[((i * 3 + channel) * size + y) * size + x]).toBeCloseTo(
            ((data[(y * width + x) * 3 + channel] ?? 0) / 255 - options.mean[channel]) / options.std[channel],
            5,
          );
      expect(images[i * 3 * size * size + 40]).toBe(0);
    }
    const maskAt = (i: number, x: number, y: number) => masks[(i * size + y) * size + x];
    expect([maskAt(1, 0, 0), maskAt(1, 39, 0), maskAt(1, 39, 1)]).toEqual([0, 8, 15]);
    expect([maskAt(1, 40, 0), maskAt(1, 0, 29), maskAt(1, 0, 30)]).toEqual([255, 255, 255]);
    await loader.dispose();
  });

  it('gives masks only where there are some', async () => {
    const loader = createVocLoader(options);
    const bare = items.slice(0, 2).map(({ image }) => ({ image, mask: null }));
    expect((await loader.load({ items: bare, size: 40, augment: null })).masks).toHaveLength(0);
    const mixed = [...bare, ...items.slice(0, 1)];
    const { masks } = await loader.load({ items: mixed, size: 40, augment: null });
    expect(masks.subarray(0, 2 * 1600).every((index) => index === 255)).toBe(true);
    expect(masks[2 * 1600 + 39]).toBe(1);
    await loader.dispose();
  });

  it('rejects an image or a mask that is not what is on record', async () => {
    const [image, mask] = [path.join(folder, 'recorded.jpg'), path.join(folder, 'recorded.png')];
    await writeFile(image, await vocJpeg(1));
    await writeFile(mask, vocMask([1]));
    const known = async (file: string) => ({
      sha256: createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
      trace: null,
    });
    const contents = new Map([
      [image, await known(image)],
      [mask, await known(mask)],
    ]);
    const loader = createVocLoader({ ...options, contents, cacheBytes: 0 });
    const load = () => loader.load({ items: [{ image, mask }], size: 40, augment: null });
    const { masks } = await load();
    await writeFile(mask, vocMask([2]));
    await expect(load()).rejects.toThrow(
      /the mask .*recorded\.png\. It was changed after its dataset was read/,
    );
    await writeFile(mask, vocMask([1]));
    expect((await load()).masks).toEqual(masks);
    await writeFile(image, await vocJpeg(2));
    await expect(load()).rejects.toThrow(/the image .*recorded\.jpg\. It was changed/);
    await loader.dispose();
  });

  it('names a broken file, a mask of another size and an image that does not fit, and goes on', async () => {
    const loader = createVocLoader({ ...options, threads: 2 });
    const [torn, wrong] = [path.join(folder, 'torn.png'), path.join(folder, 'wrong.png')];
    await writeFile(torn, vocMask([1]).subarray(0, 100));
    await writeFile(wrong, vocMask([1], { width: 20, height: 20 }));
    const load = (mask: string, size = 40) =>
      loader.load({ items: [...items, { image: items[0]?.image ?? '', mask }], size, augment: null });
    await expect(load(torn)).rejects.toThrow(torn);
    await expect(load(wrong)).rejects.toThrow(/wrong\.png has 20 x 20 pixels, its image 40 x 30/);
    await expect(load(items[0]?.mask ?? '', 39)).rejects.toThrow(UserError);
    const { images } = await loader.load({ items, size: 40, augment: null });
    expect(images).toHaveLength(7 * 3 * 1600);
    await loader.dispose();
    await expect(loader.load({ items, size: 40, augment: null })).rejects.toThrow(/disposed/);
  });
});
