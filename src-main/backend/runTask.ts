import { UserError } from '../base/errors.ts';
import type { WorkerKind, WorkerResult, WorkerSpec } from '../contract/worker.ts';
import type { WorkerHost } from '../jobs/workerHost.ts';

interface Stopping {
  /** What to say of a task that was stopped. */
  readonly stopped: string;
  /** It is stopped after so many milliseconds. */
  readonly after?: number;
}

/**
 * Runs what is no job, but not to be trusted with this process either, in one of its own.
 * @throws UserError with the task's reason, or when it was stopped
 */
export async function runTask<K extends WorkerKind>(
  host: WorkerHost,
  kind: K,
  spec: WorkerSpec<K>,
  { stopped, after }: Stopping,
): Promise<WorkerResult<K>> {
  const worker = host.start(kind, spec, { progress: () => {}, event: () => {} });
  const timer = after === undefined ? undefined : setTimeout(() => worker.stop(), after);
  const outcome = await worker.outcome;
  clearTimeout(timer);
  if (outcome.type === 'done') return outcome.result;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  throw new UserError(stopped);
}
