import type { EpochRow, Metrics, RunConfig, StepRow } from '../contract/values/run.ts';
import type { LabelledFile } from '../data/colourBaseline.ts';
import type { PatchLoader } from '../data/loading.ts';
import type { Trainer } from '../engines/engine.ts';
import type { Tensors } from '../models/tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import type { TrainingState } from './trainingState.ts';

/** What `train` works on. It knows nothing of processes, folders or the network's architecture. */
export interface TrainingOptions {
  /** Made for batches of `trainingOrder(…).batchSize`. */
  readonly trainer: Trainer;
  readonly loader: PatchLoader;
  readonly checkpoints: Pick<CheckpointStore<TrainingState>, 'save' | 'load'>;
  readonly config: Pick<
    RunConfig,
    'epochs' | 'batchSize' | 'optimizer' | 'schedule' | 'augmentation' | 'seed' | 'imageSize'
  >;
  readonly classes: number;
  /** With absolute paths. `val` and `test` may be empty. */
  readonly patches: Readonly<Record<'train' | HeldOut, readonly LabelledFile[]>>;
  readonly fingerprint: string;
  /** Goes on from here; null: from the trainer's weights as they are. */
  readonly from: Checkpoint<TrainingState> | null;
  readonly signal: AbortSignal;
  /** Steady seconds; 0 is the moment when this process began to work on the run. */
  readonly clock: () => number;
}

export type HeldOut = 'val' | 'test';

export type TrainingEvent =
  | { type: 'step'; step: StepRow }
  | { type: 'epoch'; epoch: EpochRow }
  /** `done` of `total` patches of a split are evaluated. */
  | { type: 'evaluated'; split: HeldOut; done: number; total: number }
  /** Scores [patches, classes] by the final weights. */
  | { type: 'predictions'; split: HeldOut; scores: Float32Array<ArrayBuffer> };

export interface TrainingOutcome {
  /** Which epoch's weights are the final ones: the best by validation, or without validation the last. */
  readonly checkpoint: 'best' | 'last';
  readonly bestEpoch: number;
  readonly validation: Metrics | null;
  readonly test: Metrics | null;
  /** Parameters and running statistics, without the optimizer's state. */
  readonly parameters: Tensors;
  /** Wall time of the whole run, over all its processes, validation and checkpoints included. */
  readonly seconds: number;
  /** While training: neither validation nor checkpoints count. */
  readonly imagesPerSecond: number;
  readonly waitFraction: number;
  /** What it ran on, in order: more than one where it went on elsewhere. */
  readonly devices: readonly string[];
}
