import type { BrokenFile } from '../../contract/values/dataset.ts';
import type { Hdf5Reader } from './hdf5Reader.ts';

/** What it takes to make a part of PCam readable. */
export interface PartOptions {
  readonly reader: Hdf5Reader;
  /** Absolute; where the source files lie. */
  readonly folder: string;
  /** Absolute; the workspace's folder for what has to be unpacked. */
  readonly target: string;
  readonly signal: AbortSignal;
  /** Of the images: megabytes unpacked, then patches copied. */
  onProgress(step: 'Unpacked' | 'Copied', done: number, total: number): void;
  /** Of a file, or of some of its patches, that cannot be used. */
  onBroken(broken: BrokenFile): void;
}
