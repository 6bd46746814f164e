import type { BenchWork } from '../../contract/benchWorks.ts';
import type { Augmentation, ResolvedDevice } from '../../contract/values/run.ts';

/** What a measuring process, ours or the peer's, is told: one argument, as JSON. */
export interface MeasuringTask {
  readonly work: Pick<BenchWork, 'name' | 'kind' | 'network' | 'imageSize' | 'batchSize'>;
  readonly device: ResolvedDevice;
  readonly threads: number;
  /** Steps before the clock counts: kernels are compiled and buffers allocated in them. */
  readonly warmUp: number;
  /** At least so many steps, and so many seconds, are then measured. */
  readonly steps: number;
  readonly seconds: number;
  /** Batches per step: several where they do not come in even intervals. */
  readonly batches: number;
  /** For the pipeline: the folder of JPEG files, and what is done with them. */
  readonly patches: { readonly folder: string; readonly augmentation: Augmentation } | null;
  /** Which of its ways of doing the work; only the peer has several. */
  readonly variant: string | null;
}

/** What it prints: one line of JSON. */
export interface Measurement {
  /** The software that did the work. */
  readonly name: string;
  readonly version: string;
  /** Of each step after the warm-up. */
  readonly milliseconds: readonly number[];
  /** Of the process; null where it is not this process alone that works. */
  readonly peakMemoryMB: number | null;
}
