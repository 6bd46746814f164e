import type { Normalisation } from '../augmentation/augment.ts';
import { PixelCache } from '../pixelCache.ts';
import { joined } from '../../base/joined.ts';
import { threadPool } from '../threads/threadPool.ts';
import type { SharedImage, VocResult, VocTask } from './loaderMessages.ts';
import type { VocBatch, VocLoader, VocLoaderOptions, VocLoadRequest } from './loading.ts';

/**
 * Starts the threads of a loader of natural images. Decoded images are kept in a cache that all threads share. What comes out depends on
 * the files, the settings and the seeds only.
 */
export function createVocLoader({ mean, std, threads, cacheBytes, contents }: VocLoaderOptions): VocLoader {
  const cache = new PixelCache<SharedImage>(cacheBytes);
  const workerData: Normalisation = { mean, std };
  const entry = new URL('./vocLoaderThread.ts', import.meta.url);
  const pool = threadPool<VocTask, VocResult>(entry, workerData, threads);
  let disposed = false;

  return {
    async load({ items, size, augment }: VocLoadRequest): Promise<VocBatch> {
      if (disposed) throw new Error('The loader was disposed.');
      if (augment && augment.seeds.length !== items.length)
        throw new RangeError(`${augment.seeds.length} seeds for ${items.length} images`);
      const withMasks = items.some(({ mask }) => mask !== null);
      const settings = augment?.settings ?? null;
      const wanted = items.map((item, i) => ({
        ...item,
        content: contents?.get(item.image),
        maskContent: item.mask === null ? undefined : contents?.get(item.mask),
        key: cacheKey(item),
        decoded: cache.get(cacheKey(item)),
        seed: augment?.seeds[i] ?? 0,
      }));
      const results = await pool.performParts(wanted, (part) => ({ items: part, size, withMasks, settings }));
      for (const { key, image } of results.flatMap(({ decoded }) => decoded)) cache.set(key, image);
      return {
        images: joined(
          results.map(({ images }) => images),
          (length) => new Float32Array(length),
        ),
        masks: joined(
          results.map(({ masks }) => masks),
          (length) => new Int32Array(length),
        ),
      };
    },
    async dispose(): Promise<void> {
      disposed = true;
      await pool.dispose();
    },
  };
}

/** An image with its mask is kept as one. A file's name cannot hold the separator. */
const cacheKey = ({ image, mask }: { readonly image: string; readonly mask: string | null }): string =>
  `${image}\0${mask ?? ''}`;
