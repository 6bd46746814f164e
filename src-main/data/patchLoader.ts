import type { LoadRequest, LoaderOptions, PatchLoader } from './loading.ts';
import type { LoaderResult, LoaderTask, LoaderThreadData } from './loaderMessages.ts';
import { PixelCache } from './pixelCache.ts';
import { joined } from './threads/joined.ts';
import { partition } from './threads/partition.ts';
import { threadPool } from './threads/threadPool.ts';

/**
 * Starts the threads of a loader. A request that comes alone is cut into one part per thread. Of requests that overlap each goes to one
 * thread as a whole, so that its images need not be put together. Decoded images are kept in a cache that all threads share.
 * What comes out depends on the files, the settings and the seeds only.
 */
export function createPatchLoader({ imageSize, mean, std, threads, cacheBytes }: LoaderOptions): PatchLoader {
  const cache = new PixelCache(cacheBytes);
  const workerData: LoaderThreadData = { imageSize, mean, std, keep: cacheBytes > 0 };
  const entry = new URL('./loaderThread.ts', import.meta.url);
  const pool = threadPool<LoaderTask, LoaderResult>(entry, workerData, threads);
  let underWay = 0;
  let disposed = false;

  return {
    async load({ paths, augment }: LoadRequest): Promise<Float32Array> {
      if (disposed) throw new Error('The patch loader was disposed.');
      if (augment && augment.seeds.length !== paths.length)
        throw new RangeError(`${augment.seeds.length} seeds for ${paths.length} images`);
      const images = paths.map((path, i) => ({
        path,
        pixels: cache.get(path),
        seed: augment?.seeds[i] ?? 0,
      }));
      const settings = augment?.settings ?? null;
      const parts = partition(images, Math.ceil(pool.size / (underWay + 1)));
      underWay++;
      try {
        const results = await Promise.all(
          parts.map((part) => pool.perform({ images: part, settings }, part.length)),
        );
        for (const { path, pixels } of results.flatMap(({ decoded }) => decoded)) cache.set(path, pixels);
        return joined(
          results.map(({ planes }) => planes),
          (length) => new Float32Array(length),
        );
      } finally {
        underWay--;
      }
    },
    async dispose(): Promise<void> {
      disposed = true;
      await pool.dispose();
    },
  };
}
