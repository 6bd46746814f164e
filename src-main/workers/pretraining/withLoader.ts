import { availableParallelism } from 'node:os';
import type { Contents } from '../../data/content.ts';
import type { VocLoader } from '../../data/voc/loading.ts';
import { createVocLoader } from '../../data/voc/vocLoader.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../../training/normalisation.ts';

/** Decoded images kept in memory, so that a small set is decoded once. */
const CACHE_BYTES = 2 ** 30;

/** Opens a loader for `work` and closes it whatever happens. @param contents what files have to be */
export async function withLoader<Result>(
  contents: Contents,
  work: (loader: VocLoader) => Promise<Result>,
): Promise<Result> {
  const loader = createVocLoader({
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    cacheBytes: Math.min(CACHE_BYTES, process.availableMemory() / 4),
    contents,
  });
  try {
    return await work(loader);
  } finally {
    await loader.dispose();
  }
}
