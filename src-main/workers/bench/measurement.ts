/** What is measured: ResNet-34 on images of 96 px in batches of 16, as PCam's patches are trained on. */
export const WORKS = ['training', 'inference'] as const;
export type Work = (typeof WORKS)[number];

export const MEASURED = { depth: 34, imageSize: 96, batchSize: 16, classes: 10 } as const;

/** Steps before the clock counts: kernels are compiled and buffers allocated in them. */
export const WARM_UP = 3;

/** The one line that a measuring process prints, ours or the peer's. */
export interface Measurement {
  /** Of each step after the warm-up. */
  readonly milliseconds: readonly number[];
  readonly peakMemoryMB: number;
}

/** The peer also says what it is. */
export interface PeerMeasurement extends Measurement {
  readonly name: string;
  readonly version: string;
}
