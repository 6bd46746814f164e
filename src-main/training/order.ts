import { Random } from '../base/random.ts';

/** Which patches a step trains on, and the seed of each one's augmentation. */
export interface PlannedBatch {
  /** Positions in the list of training patches. */
  readonly indices: readonly number[];
  /** Whole numbers in 0 … 2^32 - 1, one per entry. */
  readonly seeds: readonly number[];
}

/** The order of a whole run: a function of seed and epoch alone, so that a resumed run needs no random state. */
export interface TrainingOrder {
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** @param epoch 1-based; @param step 0-based within the epoch */
  batch(epoch: number, step: number): PlannedBatch;
}

/**
 * Plans batches of constant size, because the training graph is compiled for one. Each epoch is a fresh permutation; its
 * last batch is filled up from the permutation's start. A set smaller than a batch is one batch of its own size.
 */
export function trainingOrder(seed: number, count: number, batchSize: number): TrainingOrder {
  const size = Math.min(batchSize, count);
  let cached = { epoch: 0, permutation: [] as number[] };

  function permutation(epoch: number): number[] {
    if (cached.epoch !== epoch) {
      const all = Array.from({ length: count }, (_, i) => i);
      cached = { epoch, permutation: Random.from(seed, 'order', epoch).shuffled(all) };
    }
    return cached.permutation;
  }

  return {
    batchSize: size,
    stepsPerEpoch: Math.ceil(count / size),
    batch(epoch, step) {
      const order = permutation(epoch);
      const positions = Array.from({ length: size }, (_, i) => step * size + i);
      return {
        indices: positions.map((position) => order[position % count] ?? 0),
        seeds: positions.map((position) => augmentationSeed(seed, epoch, position)),
      };
    },
  };
}

/** By position, not by patch: a patch that fills up the last batch is augmented differently the second time. */
function augmentationSeed(seed: number, epoch: number, position: number): number {
  return Random.from(seed, 'augment', epoch, position).integer(4_294_967_296);
}
