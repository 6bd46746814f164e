import { UserError } from '../../base/errors.ts';
import type { ParsedInput } from '../../contract/requests.ts';
import type { Job } from '../../contract/values/job.ts';
import type { DownloadParameters } from '../jobs/download.ts';
import type { Session, Workplace } from '../session.ts';
import { entryCalled } from './entries.ts';
import { offerOf } from './offers.ts';

/**
 * Queues a download; with `import`, its end queues the import.
 * @throws UserError when there is too little room, it is being downloaded already, or its dataset is there
 */
export async function startDownload(session: Session, input: ParsedInput<'downloads.start'>): Promise<Job> {
  const entry = entryCalled(session, input.entry);
  const { folder, problem, jobId } = await offerOf(session, entry, input.folder, input.import);
  if (jobId !== null) throw new UserError(`${entry.title} is being downloaded already.`);
  if (problem) throw new UserError(`${entry.title} was not downloaded: ${problem}`);
  if (input.import) requireFreeName(session, entry.title);
  const parameters: DownloadParameters = { entry: entry.id, folder, import: input.import };
  return session.queue.enqueue({ kind: 'download', title: `Download ${entry.title}`, parameters });
}

/** A dataset whose import failed gives way; known before gigabytes are fetched. */
function requireFreeName({ store }: Workplace, name: string): void {
  const taken = store.datasets.list().find((one) => one.name === name && one.status !== 'failed');
  if (taken)
    throw new UserError(
      `There is a dataset called “${name}” already. Rename or delete it first, or download without the import.`,
    );
}
