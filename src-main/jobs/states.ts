import type { JobKind, JobStatus } from '../contract/values/job.ts';
import type { WorkerKind } from '../contract/worker.ts';

/** The state machine of a job. A job that ended stays as it ended; resuming makes a new job. */
export const transitions: Record<JobStatus, readonly JobStatus[]> = {
  queued: ['running', 'failed', 'cancelled'],
  running: ['done', 'failed', 'cancelled', 'interrupted'],
  done: [],
  failed: [],
  cancelled: [],
  interrupted: [],
};

/** Jobs of different lanes run beside each other; within a lane one after the other. */
export type Lane = 'compute' | 'io' | 'network';

export const lanes: Record<JobKind, Lane> = {
  train: 'compute',
  pretrain: 'compute',
  timePretraining: 'compute',
  predict: 'compute',
  bench: 'compute',
  import: 'io',
  refresh: 'io',
  synthesize: 'io',
  export: 'io',
  health: 'io',
  download: 'network',
};

/** What a job of this kind is called in a sentence: "The training process was killed". */
export const processNames: Record<WorkerKind, string> = {
  train: 'training process',
  pretrain: 'pre-training process',
  timePretraining: 'process that measures the pre-training',
  predict: 'classification process',
  bench: 'benchmark process',
  import: 'import process',
  refresh: 'process that reads the dataset again',
  previewCutting: 'process that looks at the annotated slides',
  synthesize: 'process that makes the synthetic data',
  export: 'export process',
  download: 'download process',
  health: 'process that checks the dataset',
  probe: 'hardware test',
  importWeights: 'process that reads the weights',
  inspectModel: 'process that reads the model file',
};
