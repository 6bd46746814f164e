import type { LoadRequest, LoaderOptions, PatchLoader } from './loading.ts';
import type { LoaderResult, LoaderTask, LoaderThreadData } from './loaderMessages.ts';
import { PixelCache } from './pixelCache.ts';
import { partition } from './threads/partition.ts';
import { threadPool } from './threads/threadPool.ts';

/** Pieces of shared memory that are kept of each size: as many as requests overlap. */
const SPARE = 3;

/**
 * Starts the threads of a loader. A request is cut into one part per thread; decoded images are kept in a cache that all
 * threads share. What comes out depends on the files, the settings and the seeds only.
 */
export function createPatchLoader({ imageSize, mean, std, threads, cacheBytes }: LoaderOptions): PatchLoader {
  const cache = new PixelCache(cacheBytes);
  const imageValues = 3 * imageSize ** 2;
  const workerData: LoaderThreadData = { imageSize, mean, std, keep: cacheBytes > 0 };
  const entry = new URL('./loaderThread.ts', import.meta.url);
  const pool = threadPool<LoaderTask, LoaderResult>(entry, workerData, threads);
  /** Shared memory by size, written by requests that are answered. */
  const spare = new Map<number, SharedArrayBuffer[]>();
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
      const bytes = 4 * imageValues * images.length;
      const planes = spare.get(bytes)?.pop() ?? new SharedArrayBuffer(bytes);
      let first = 0;
      const parts = partition(images, pool.size).map((part) => {
        const task = { images: part, settings, planes, first };
        first += part.length;
        return task;
      });
      await Promise.all(
        parts.map(async (task) => {
          const { decoded } = await pool.perform(task, task.images.length);
          for (const { path, pixels } of decoded) cache.set(path, pixels);
        }),
      );
      const result = new Float32Array(new Float32Array(planes));
      // Shared memory weighs nothing to the garbage collector: gigabytes would pile up before it looks.
      spare.set(bytes, [...(spare.get(bytes) ?? []), planes].slice(-SPARE));
      return result;
    },
    async dispose(): Promise<void> {
      disposed = true;
      await pool.dispose();
    },
  };
}
