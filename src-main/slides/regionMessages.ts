import type { Normalisation } from '../data/augmentation/augment.ts';

/** What a region thread is started with. */
export interface RegionThreadData extends Normalisation {
  readonly slidePath: string;
  /** Side of a patch in level-0 pixels. */
  readonly patchSize: number;
  /** Side of the network's input in pixels. */
  readonly imageSize: number;
}

/** Pool → thread. */
export interface RegionTask {
  readonly id: number;
  /** Corners of the patches in level-0 pixels: x, y, x, y, … */
  readonly corners: Int32Array;
}

/** Thread → pool. */
export type RegionReply =
  | {
      readonly id: number;
      readonly ok: true;
      /** [patches, 3, imageSize, imageSize] */ readonly planes: Float32Array;
    }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly details: string | null };
