import type { JobKind, JobStatus } from '../contract/values/job.ts';

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
export type Lane = 'compute' | 'io';

export const lanes: Record<JobKind, Lane> = {
  train: 'compute',
  predict: 'compute',
  bench: 'compute',
  import: 'io',
  synthesize: 'io',
  export: 'io',
};

/** What a job of this kind is called in a sentence: "The training process was killed". */
export const processNames: Record<JobKind | 'probe' | 'inspectModel', string> = {
  train: 'training process',
  predict: 'classification process',
  bench: 'benchmark process',
  import: 'import process',
  synthesize: 'process that makes the synthetic data',
  export: 'export process',
  probe: 'hardware test',
  inspectModel: 'process that reads the model file',
};
