import type { RecordedContent } from '../../contract/worker.ts';
import type { VocAugmentation } from './loading.ts';

/** A decoded image in memory that threads share. */
export interface SharedImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: SharedArrayBuffer;
  readonly mask: SharedArrayBuffer | null;
  readonly byteLength: number;
}

/** One part of a request. */
export interface VocTask {
  readonly items: readonly {
    readonly image: string;
    readonly mask: string | null;
    /** What is on record of both, where they have to be that. */
    readonly content: RecordedContent | undefined;
    readonly maskContent: RecordedContent | undefined;
    /** Its name in the cache. */
    readonly key: string;
    /** Where it is cached. */
    readonly decoded: SharedImage | null;
    readonly seed: number;
  }[];
  readonly size: number;
  readonly withMasks: boolean;
  readonly settings: VocAugmentation | null;
}

export interface VocResult {
  /** [items, 3, size, size] */
  readonly images: Float32Array;
  /** [items, size, size], or empty. */
  readonly masks: Int32Array;
  /** What was decoded anew, for the cache. */
  readonly decoded: readonly { readonly key: string; readonly image: SharedImage }[];
}
