import type { Contents } from '../content.ts';

/** Random changes of a training image and its mask (the paper's: rescale 0.5–1.5, crop, flip). */
export interface VocAugmentation {
  /** Factor drawn uniformly from [low, high], the same on both axes. */
  readonly rescale: readonly [low: number, high: number];
  /** Mirrored left to right with probability 0.5. */
  readonly flip: boolean;
}

export interface VocLoaderOptions {
  /** Per channel (RGB), on values scaled to 0–1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly threads: number;
  /** Bytes of decoded images and masks (8-bit, full size) that all threads together may keep. */
  readonly cacheBytes: number;
  /** What files have to be; a file that is not in it may be anything. */
  readonly contents?: Contents;
}

/** What to decode: one entry per image of a batch. */
export interface VocLoadRequest {
  /** Absolute paths. mask: a palette or grey PNG read as indices; null where only the image counts. */
  readonly items: readonly { readonly image: string; readonly mask: string | null }[];
  /**
   * Side of the square output, in pixels. Training: a random crop of this side, padded where the image is smaller. Otherwise the
   * whole image at its own scale in the top left corner, padded; it must fit.
   */
  readonly size: number;
  /** `seeds`: one per entry, so that the result does not depend on which thread did the work. null: no change. */
  readonly augment: { readonly settings: VocAugmentation; readonly seeds: readonly number[] } | null;
}

export interface VocBatch {
  /** [N, 3, size, size], normalised; padding is 0, the mean colour. */
  readonly images: Float32Array;
  /** [N, size, size] class indices; 255 in the padding and where the mask says "ignore". Empty where no entry has a mask. */
  readonly masks: Int32Array;
}

/** Decodes, augments and normalises images with their masks in threads of its own. */
export interface VocLoader {
  /** Requests may overlap; each keeps its order. UserError names a file that is broken or changed. */
  load(request: VocLoadRequest): Promise<VocBatch>;
  dispose(): Promise<void>;
}
