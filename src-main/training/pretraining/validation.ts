import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { PretrainKind } from '../../contract/values/pretraining.ts';
import type { VocLoader } from '../../data/voc/loading.ts';
import type { Classifier } from '../../engines/engine.ts';
import { prefetch } from '../prefetch.ts';
import type { Objective, PretrainImage, Scores, Seen } from './objective.ts';

/** Images per pass: a segmentation's logits are large. */
const PASS: Record<PretrainKind, number> = { segmentation: 1, classification: 4 };

export interface Findings extends Scores {
  /** What the network said about the images of `pictured`, by their id. */
  readonly pictures: ReadonlyMap<number, Seen>;
}

export interface ValidationOptions {
  readonly kind: PretrainKind;
  /** Made for inputs of `side`. */
  readonly network: Classifier;
  readonly side: number;
  readonly loader: VocLoader;
  readonly objective: Objective;
  readonly images: readonly PretrainImage[];
  /** Ids of images whose predictions are wanted. */
  readonly pictured: ReadonlySet<number>;
  readonly signal: AbortSignal;
}

/**
 * Measures whole images at their own scale, each in the top left corner of one square padded with the mean colour: one graph fits
 * all, nothing is distorted, and the padding counts nowhere in a segmentation. (A multi-label network averages over
 * the padding, as it does in training, where a crop is padded too when the image is smaller.)
 * Yields the number of images done after each pass.
 * @throws the signal's reason when it is aborted
 */
export async function* validate(options: ValidationOptions): AsyncGenerator<number, Findings, undefined> {
  const { kind, network, side, loader, objective, images, pictured, signal } = options;
  const scoring = objective.scoring();
  const pictures = new Map<number, Seen>();
  const loads = function* () {
    for (let start = 0; start < images.length; start += PASS[kind]) {
      const part = images.slice(start, start + PASS[kind]);
      yield async () => ({
        start,
        part,
        batch: await loader.load({ items: part, size: side, augment: null }),
      });
    }
  };
  for await (const { start, part, batch } of prefetch(loads(), 2)) {
    signal.throwIfAborted();
    const logits = await network.logits(batch.images, part.length);
    await letMessagesIn(); // the engine blocks the event loop: cancel and decoded images come in now
    const [each, pixels] = [logits.length / part.length, batch.masks.length / part.length];
    for (const [i, image] of part.entries()) {
      const own = logits.slice(i * each, (i + 1) * each);
      const seen = scoring.add(image, own, batch.masks.subarray(i * pixels, (i + 1) * pixels), side);
      if (pictured.has(image.id)) pictures.set(image.id, seen);
    }
    yield start + part.length;
  }
  signal.throwIfAborted();
  return { ...scoring.scores(), pictures };
}
