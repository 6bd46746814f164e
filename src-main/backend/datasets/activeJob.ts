import { UserError } from '../../base/errors.ts';
import type { Job, JobKind } from '../../contract/values/job.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';

/** The job of a kind that waits or runs on a dataset, where there is one. */
export function activeJob({ store }: Workplace, datasetId: number, kind: JobKind): Job | undefined {
  return store.jobs.active().find((job) => job.kind === kind && job.datasetId === datasetId);
}

/** What jobs that bear no other change beside them do to a dataset, and what they are called. */
const DOINGS: readonly (readonly [JobKind, (name: string) => string, string])[] = [
  ['import', (name) => `${name} is being imported`, 'the import'],
  ['synthesize', (name) => `${name} is being made`, 'its job'],
  ['refresh', (name) => `Changes of ${name} are being looked for`, 'that job'],
  ['health', (name) => `${name} is being checked`, 'the check'],
];

/** @throws UserError while the dataset is imported, made, refreshed or checked */
export function requireIdle(workplace: Workplace, datasetId: number): void {
  for (const [kind, doing, what] of DOINGS) {
    if (!activeJob(workplace, datasetId, kind)) continue;
    const { name } = found(workplace.store.datasets.get(datasetId), 'dataset', datasetId);
    throw new UserError(`${doing(`“${name}”`)}. Cancel ${what} first, or wait until it is done.`);
  }
}
