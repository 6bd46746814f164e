import type { Job } from '../../contract/values/job.ts';
import type { BenchSpec } from '../../contract/worker.ts';
import type { Session } from '../session.ts';

/** Seconds that each measurement may take. */
const SECONDS = 10;

export function startBench({ queue }: Session, withPeer: boolean): Job {
  const parameters: BenchSpec = { withPeer, seconds: SECONDS };
  return queue.enqueue({ kind: 'bench', title: 'Measure this computer', parameters });
}
