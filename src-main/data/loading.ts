import type { Augmentation } from '../contract/values/run.ts';
import type { Contents } from './content.ts';

/** What to decode: one entry per image of a batch. */
export interface LoadRequest {
  /** Absolute paths; several entries may name the same file. */
  readonly paths: readonly string[];
  /** null: only resize. `seeds`: one per entry, so that the result does not depend on which thread did the work. */
  readonly augment: { readonly settings: Augmentation; readonly seeds: readonly number[] } | null;
}

export interface LoaderOptions {
  /** Side of the square output, in pixels. */
  readonly imageSize: number;
  /** Per channel (RGB), on values scaled to 0–1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly threads: number;
  /** Bytes of decoded (8-bit, resized) images that all threads together may keep. */
  readonly cacheBytes: number;
  /** What files have to be; a file that is not in it may be anything. */
  readonly contents?: Contents;
}

/** Decodes, augments and normalises patches in threads of its own. */
export interface PatchLoader {
  /** → [N, 3, imageSize, imageSize], normalised. Requests may overlap; each keeps its order. UserError names a file that is broken or changed. */
  load(request: LoadRequest): Promise<Float32Array>;
  dispose(): Promise<void>;
}
