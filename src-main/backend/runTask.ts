import { UserError } from '../base/errors.ts';
import type { WorkerKind, WorkerResult, WorkerSpec } from '../contract/worker.ts';
import type { WorkerHost } from '../jobs/workerHost.ts';

interface Stopping {
  /** What to say of a task that took too long. */
  readonly stopped: string;
  /** It is stopped after so many milliseconds, */
  readonly after: number;
  /** or when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}

/**
 * Runs what is no job, but not to be trusted with this process either, in one of its own.
 * @throws UserError with the task's reason, or when it took too long; the signal's reason when nobody waits, once the task has ended
 */
export async function runTask<K extends WorkerKind>(
  host: WorkerHost,
  kind: K,
  spec: WorkerSpec<K>,
  { stopped, after, signal }: Stopping,
): Promise<WorkerResult<K>> {
  signal?.throwIfAborted();
  const worker = host.start(kind, spec, { progress: () => {}, event: () => {} });
  const stop = () => worker.stop();
  const timer = setTimeout(stop, after);
  signal?.addEventListener('abort', stop);
  const outcome = await worker.outcome;
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
  if (outcome.type === 'done') return outcome.result;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  signal?.throwIfAborted();
  throw new UserError(stopped);
}
