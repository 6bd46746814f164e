import type { Augmentation } from '../contract/values/run.ts';
import type { RecordedContent } from '../contract/worker.ts';
import type { Normalisation } from './augmentation/augment.ts';

/** What a loader thread is started with. */
export interface LoaderThreadData extends Normalisation {
  readonly imageSize: number;
  /** Whether decoded images are wanted back. */
  readonly keep: boolean;
}

/** One part of a request. */
export interface LoaderTask {
  readonly images: readonly {
    readonly path: string;
    /** What is on record of it, where it has to be that. */
    readonly content: RecordedContent | undefined;
    /** Decoded pixels [imageSize, imageSize, 3] where they are cached. */
    readonly pixels: SharedArrayBuffer | null;
    readonly seed: number;
  }[];
  readonly settings: Augmentation | null;
}

export interface LoaderResult {
  /** [images, 3, imageSize, imageSize] */
  readonly planes: Float32Array<ArrayBuffer>;
  /** What was decoded anew, for the cache. */
  readonly decoded: readonly { readonly path: string; readonly pixels: SharedArrayBuffer }[];
}
