import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../base/errors.ts';
import type { BenchRow } from '../../contract/values/hardware.ts';
import type { Progress } from '../../contract/values/job.ts';
import type { InferenceDevice } from '../../contract/values/run.ts';
import { processHost } from '../../jobs/processHost.ts';

const WORKER = fileURLToPath(new URL('../../workers/main.ts', import.meta.url));

/** Twelve steps of each side and more; for two threads the targets of `benchWorks` are stated. */
export const FULL_BENCH = { threads: 2, rounds: 3, steps: 4, seconds: 3 } as const;

export interface FullBenchOptions {
  /** Names of `benchWorks`. */
  readonly works: readonly string[];
  readonly withPeer: boolean;
  readonly device: InferenceDevice;
  /** Stops the measurement. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Measures in a worker process, without a workspace.
 * @returns null when it was stopped
 * @throws UserError when a measurement fails
 */
export async function fullBench(options: FullBenchOptions): Promise<BenchRow[] | null> {
  const { works, withPeer, device, signal, onProgress } = options;
  const on = { id: device, name: device === 'cpu' ? (cpus()[0]?.model.trim() ?? 'processor') : device };
  const spec = { works: [...works], withPeer, training: on, inference: on, ...FULL_BENCH };
  const worker = processHost(WORKER).start('bench', spec, { progress: onProgress, event: () => {} });
  const stop = () => worker.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const outcome = await worker.outcome;
  signal.removeEventListener('abort', stop);
  if (signal.aborted || outcome.type === 'cancelled') return null;
  if (outcome.type === 'failed') throw new UserError(outcome.message, outcome.details);
  return outcome.result;
}
