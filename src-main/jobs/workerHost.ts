import type { WorkerEvent, WorkerKind, WorkerResult, WorkerSpec } from '../contract/worker.ts';
import type { Progress } from '../contract/values/job.ts';

/** How a worker ended. */
export type Outcome<K extends WorkerKind> =
  | { readonly type: 'done'; readonly result: WorkerResult<K> }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly message: string; readonly details: string | null };

/** Told while the worker lives; never after its outcome. What they throw fails the worker. */
export interface WorkerListener<K extends WorkerKind> {
  progress(progress: Progress): void;
  event(event: WorkerEvent<K>): void;
}

export interface RunningWorker<K extends WorkerKind> {
  /** Settles once, when the worker is gone. Never rejects. */
  readonly outcome: Promise<Outcome<K>>;
  /** Asks the worker to stop, and makes it stop when it does not. */
  stop(): void;
}

/** Where workers run: a process each (`processHost`), or in memory for tests. */
export interface WorkerHost {
  start<K extends WorkerKind>(kind: K, spec: WorkerSpec<K>, listener: WorkerListener<K>): RunningWorker<K>;
}
