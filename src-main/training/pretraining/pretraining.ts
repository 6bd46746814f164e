import type { PretrainConfig, PretrainStepRow, ValidationRow } from '../../contract/values/pretraining.ts';
import type { VocLoader } from '../../data/voc/loading.ts';
import type { Trainer } from '../../engines/engine.ts';
import type { Tensors } from '../../models/tensors.ts';
import type { Checkpoint } from '../checkpoint.ts';
import type { CheckpointStore } from '../checkpointStore.ts';
import type { Objective, PretrainImage, Seen } from './objective.ts';
import type { PretrainState } from './pretrainState.ts';
import type { Findings } from './validation.ts';

/** What `pretrain` works on. It knows nothing of processes, folders or networks. */
export interface PretrainingOptions {
  /** Made for `batchSize` images a pass, and `accumulate` passes. */
  readonly trainer: Trainer;
  readonly loader: VocLoader;
  readonly objective: Objective;
  /** Measures the network with these parameters; yields the number of images done. */
  readonly validate: (
    parameters: Tensors,
    images: readonly PretrainImage[],
    pictured: ReadonlySet<number>,
  ) => AsyncGenerator<number, Findings, undefined>;
  readonly checkpoints: Pick<CheckpointStore<PretrainState>, 'save' | 'load'>;
  readonly config: PretrainConfig;
  /** `val` may be empty. */
  readonly images: Readonly<Record<'train' | 'val', readonly PretrainImage[]>>;
  readonly fingerprint: string;
  /** Goes on from here; null: from the trainer's weights as they are. */
  readonly from: Checkpoint<PretrainState> | null;
  readonly signal: AbortSignal;
  /** Steady seconds; 0 is the moment when this process began to work on it. */
  readonly clock: () => number;
}

export type PretrainingEvent =
  | { type: 'step'; step: PretrainStepRow }
  /** `done` of `total` images are measured; `final`: of the final weights, on all images. */
  | { type: 'validated'; done: number; total: number; final: boolean }
  /** `pictures`: what the network said about the pictures of the strip; empty where a resumed one only tells its history again. */
  | { type: 'validation'; validation: ValidationRow; pictures: ReadonlyMap<number, Seen> };

export interface PretrainingOutcome {
  readonly checkpoint: 'best' | 'last';
  /** After which iteration the final weights were there. */
  readonly iteration: number;
  /** Of the final weights on all validation images. */
  readonly validation: ValidationRow | null;
  /** Parameters and running statistics, without the optimizer's state. */
  readonly parameters: Tensors;
  /** Wall time, over all processes, validations and checkpoints included. */
  readonly seconds: number;
  /** While training: neither validation nor checkpoints count. */
  readonly imagesPerSecond: number;
  readonly waitFraction: number;
}
