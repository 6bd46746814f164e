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

/** Patches as the network wants them, but for those that lie on a damaged tile. */
export interface RegionPatches {
  /** [readable patches, 3, imageSize, imageSize], normalised. */
  readonly planes: Float32Array;
  /** Positions in `corners` of the patches that could not be read, ascending. */
  readonly unreadable: readonly number[];
  /** Why the first of them could not, to go on in a sentence; null where all could. */
  readonly reason: string | null;
}

/** Thread → pool. */
export type RegionReply =
  | ({ readonly id: number; readonly ok: true } & RegionPatches)
  | { readonly id: number; readonly ok: false; readonly message: string; readonly details: string | null };
