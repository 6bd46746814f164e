import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { LabelledFile } from '../data/colourBaseline.ts';
import type { PatchLoader } from '../data/loading.ts';
import type { Trainer } from '../engines/engine.ts';
import { prefetch } from './prefetch.ts';

/** Patches asked of loader and engine at a time, at least. */
const EVALUATION_BATCH = 32;

/**
 * Logits [patches, classes] in evaluation mode, not augmented. Yields the number of patches done after each batch.
 * @param batchSize the one that the trainer was made for: it would fill up anything that is not a multiple
 * @throws the signal's reason when it is aborted
 */
export async function* evaluate(
  trainer: Trainer,
  loader: PatchLoader,
  patches: readonly LabelledFile[],
  classes: number,
  batchSize: number,
  signal: AbortSignal,
): AsyncGenerator<number, Float32Array, undefined> {
  const logits = new Float32Array(patches.length * classes);
  const size = batchSize * Math.ceil(EVALUATION_BATCH / batchSize);
  const loads = function* () {
    for (let start = 0; start < patches.length; start += size) {
      const paths = patches.slice(start, start + size).map(({ path }) => path);
      yield async () => ({ start, count: paths.length, images: await loader.load({ paths, augment: null }) });
    }
  };
  for await (const { start, count, images } of prefetch(loads(), 2)) {
    signal.throwIfAborted();
    logits.set(await trainer.evaluate(images, count), start * classes);
    await letMessagesIn(); // the engine blocks the event loop: cancel and decoded images come in now
    yield start + count;
  }
  signal.throwIfAborted();
  return logits;
}
