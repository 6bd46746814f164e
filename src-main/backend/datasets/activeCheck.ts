import type { Job } from '../../contract/values/job.ts';
import type { Workplace } from '../session.ts';

/** The check of a dataset that waits or runs, where there is one. */
export function activeCheck({ store }: Workplace, datasetId: number): Job | undefined {
  return [...store.jobs.running(), ...store.jobs.queued()].find(
    (job) => job.kind === 'health' && job.datasetId === datasetId,
  );
}
