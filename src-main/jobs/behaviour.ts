import type { Job, JobKind } from '../contract/values/job.ts';
import type { WorkerEvent, WorkerResult, WorkerSpec } from '../contract/worker.ts';

/** What the queue has to know of a kind of job. */
export interface JobBehaviour<K extends JobKind> {
  /** The worker's specification, from the store as it is when the job starts. @throws when the job cannot run. */
  spec(job: Job): WorkerSpec<K> | Promise<WorkerSpec<K>>;
  /** Stores what the worker reports on the way. */
  event(job: Job, event: WorkerEvent<K>): void;
  /** Stores the result; the job is `done` afterwards. */
  finish(job: Job, result: WorkerResult<K>): void | Promise<void>;
  /** Removes what only an unfinished job needs, once the job is on record as done. */
  cleanUp?(job: Job): Promise<void>;
  /** Removes what a job leaves that came to no end, once that is on record; not where the process itself ended. */
  discard?(job: Job): Promise<void>;
}

export type JobBehaviours = { readonly [K in JobKind]: JobBehaviour<K> };
