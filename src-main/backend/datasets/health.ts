import { UserError } from '../../base/errors.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { ContentCounts, HealthReport } from '../../contract/values/health.ts';
import type { Job } from '../../contract/values/job.ts';
import type { Session, Workplace } from '../session.ts';
import { activeCheck } from './activeCheck.ts';
import { getDataset } from './datasets.ts';

/** How much of a dataset there is now. */
export function contentCounts({ patches, images, broken, duplicates }: Dataset): ContentCounts {
  return { items: patches + images, broken, duplicates };
}

/** The latest report, or null where the dataset was not checked yet. */
export function healthReport(workplace: Workplace, id: number): HealthReport | null {
  const now = contentCounts(getDataset(workplace, id));
  const stored = workplace.store.datasetHealth.get(id);
  if (!stored) return null;
  const then = stored.health.content;
  const stale = now.items !== then.items || now.broken !== then.broken || now.duplicates !== then.duplicates;
  return { datasetId: id, ...stored, stale };
}

/** Queues a check of the dataset, unless one waits or runs. @throws UserError while it is not imported */
export function checkHealth(session: Session, id: number): Job {
  const { name, status } = getDataset(session, id);
  if (status === 'importing')
    throw new UserError(`“${name}” is being imported. It can be checked when that is done.`);
  if (status === 'failed')
    throw new UserError(`The import of “${name}” did not come to its end. Import it again first.`);
  return (
    activeCheck(session, id) ??
    session.queue.enqueue({ kind: 'health', title: `Check ${name}`, datasetId: id })
  );
}
