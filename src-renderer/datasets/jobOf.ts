import type { Dataset } from '../../src-main/contract/values/dataset.ts';
import type { Job, JobKind } from '../../src-main/contract/values/job.ts';
import { store } from '../state/store.svelte.ts';

/** The newest job of a kind that works, or worked, on a dataset. */
export function jobOf({ id }: Dataset, kind: JobKind): Job | undefined {
  return store.jobs.newest.find((job) => job.datasetId === id && job.kind === kind);
}
