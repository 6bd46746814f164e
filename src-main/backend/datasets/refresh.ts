import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ParsedInput } from '../../contract/requests.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { Job } from '../../contract/values/job.ts';
import { publishDataset } from '../announce.ts';
import type { RefreshParameters } from '../jobs/refresh.ts';
import type { Session, Workplace } from '../session.ts';
import { requireIdle } from './activeJob.ts';
import { getDataset } from './datasets.ts';

/** Queues the job that reads a dataset's source again. @throws UserError while that cannot be done */
export async function refreshDataset(session: Session, input: ParsedInput<'datasets.refresh'>): Promise<Job> {
  const moved = input.path === null ? null : path.resolve(input.path);
  const before = getDataset(session, input.id);
  const there = await stat(moved ?? before.source).catch(() => null);
  // Only now, and at once: while the disk was asked, the dataset may have been deleted, or another job queued.
  const { id, name, status, synthetic, source } = getDataset(session, input.id);
  if (synthetic) throw new UserError(`“${name}” is made by Tessera itself; there is nothing to read again.`);
  if (status === 'failed')
    throw new UserError(`The import of “${name}” did not come to its end. Import it again.`);
  requireIdle(session, id);
  if (!there)
    throw new UserError(
      moved === null
        ? `${source} is not there. If it was moved, say where “${name}” lies now; if its drive is not connected, connect it.`
        : `There is no folder or file ${moved}. Choose it again.`,
    );
  const parameters: RefreshParameters = { path: moved === source ? null : moved };
  return session.queue.enqueue({
    kind: 'refresh',
    title: `Look for changes in ${name}`,
    datasetId: id,
    parameters,
  });
}

export function setDatasetMpp(workplace: Workplace, id: number, mpp: number | null): Dataset {
  const { name, cutting } = getDataset(workplace, id);
  if (cutting && cutting.mpp !== null && cutting.mpp !== mpp)
    throw new UserError(
      `The patches of “${name}” were cut at ${cutting.mpp} µm per pixel, whatever is said of them. To have others, import the slides again.`,
    );
  workplace.store.datasets.setMpp(id, mpp);
  publishDataset(workplace, id);
  return getDataset(workplace, id);
}
