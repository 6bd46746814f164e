import type { LoadRequest, LoaderOptions, PatchLoader } from './loading.ts';
import type { LoaderResult, LoaderTask, LoaderThreadData } from './loaderMessages.ts';
import { PixelCache } from './pixelCache.ts';
import { joined } from '../base/joined.ts';
import { threadPool } from './threads/threadPool.ts';

/**
 * Starts the threads of a loader. Decoded images are kept in a cache that all threads share. What comes out depends on the files, the
 * settings and the seeds only.
 */
export function createPatchLoader(options: LoaderOptions): PatchLoader {
  const { imageSize, mean, std, threads, cacheBytes, contents } = options;
  const cache = new PixelCache(cacheBytes);
  const workerData: LoaderThreadData = { imageSize, mean, std, keep: cacheBytes > 0 };
  const entry = new URL('./loaderThread.ts', import.meta.url);
  const pool = threadPool<LoaderTask, LoaderResult>(entry, workerData, threads);
  let disposed = false;

  return {
    async load({ paths, augment }: LoadRequest): Promise<Float32Array> {
      if (disposed) throw new Error('The patch loader was disposed.');
      if (augment && augment.seeds.length !== paths.length)
        throw new RangeError(`${augment.seeds.length} seeds for ${paths.length} images`);
      const images = paths.map((path, i) => ({
        path,
        content: contents?.get(path),
        pixels: cache.get(path),
        seed: augment?.seeds[i] ?? 0,
      }));
      const settings = augment?.settings ?? null;
      const results = await pool.performParts(images, (part) => ({ images: part, settings }));
      for (const { path, pixels } of results.flatMap(({ decoded }) => decoded)) cache.set(path, pixels);
      return joined(
        results.map(({ planes }) => planes),
        (length) => new Float32Array(length),
      );
    },
    async dispose(): Promise<void> {
      disposed = true;
      await pool.dispose();
    },
  };
}
