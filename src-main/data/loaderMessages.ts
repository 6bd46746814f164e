import type { Augmentation } from '../contract/values/run.ts';
import type { Normalisation } from './augmentation/augment.ts';

/** What a loader thread is started with. */
export interface LoaderThreadData extends Normalisation {
  readonly imageSize: number;
}

/** Main → thread: one part of a request. */
export interface LoaderTask {
  readonly id: number;
  readonly images: readonly {
    readonly path: string;
    /** Decoded pixels [imageSize, imageSize, 3] where they are cached. */
    readonly pixels: SharedArrayBuffer | null;
    readonly seed: number;
  }[];
  readonly settings: Augmentation | null;
}

/** Thread → main. */
export type LoaderReply =
  | {
      readonly id: number;
      readonly ok: true;
      /** [images, 3, imageSize, imageSize] */
      readonly planes: Float32Array;
      /** What was decoded anew, for the cache. */
      readonly decoded: readonly { readonly path: string; readonly pixels: SharedArrayBuffer }[];
    }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly details: string | null };
