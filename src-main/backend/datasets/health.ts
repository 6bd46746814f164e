import { UserError } from '../../base/errors.ts';
import type { HealthReport } from '../../contract/values/health.ts';
import type { Job } from '../../contract/values/job.ts';
import type { Session, Workplace } from '../session.ts';
import { activeJob, requireIdle } from './activeJob.ts';
import { getDataset } from './datasets.ts';

/** The latest report, or null where the dataset was not checked yet. */
export function healthReport(workplace: Workplace, id: number): HealthReport | null {
  const now = getDataset(workplace, id);
  const stored = workplace.store.datasetHealth.get(id);
  if (!stored) return null;
  const { revision, ...report } = stored;
  // A refresh that finds only other broken files makes no new revision.
  const stale = revision !== now.revision || report.health.broken !== now.broken;
  return { datasetId: id, ...report, stale };
}

/** Queues a check of the dataset, unless one waits or runs. @throws UserError while it is imported or refreshed */
export function checkHealth(session: Session, id: number): Job {
  const { name, status } = getDataset(session, id);
  if (status === 'failed')
    throw new UserError(`The import of “${name}” did not come to its end. Import it again first.`);
  const active = activeJob(session, id, 'health');
  if (active) return active;
  requireIdle(session, id);
  return session.queue.enqueue({ kind: 'health', title: `Check ${name}`, datasetId: id });
}
