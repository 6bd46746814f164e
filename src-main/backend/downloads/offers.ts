import path from 'node:path';
import { presence, spaceFor, tooLittleSpace } from '../../data/downloads/space.ts';
import type { DownloadEntry, DownloadOffer } from '../../contract/values/download.ts';
import { DownloadParameters } from '../jobs/download.ts';
import type { Workplace } from '../session.ts';

/** The catalogue, and how things stand with each entry. @param folder null: the workspace's own */
export function downloadOffers(workplace: Workplace, folder: string | null): Promise<DownloadOffer[]> {
  return Promise.all(workplace.catalogue.map((entry) => offerOf(workplace, entry, folder, true)));
}

/** @param importing whether room for the import is needed too */
export async function offerOf(
  workplace: Workplace,
  entry: DownloadEntry,
  chosen: string | null,
  importing: boolean,
): Promise<DownloadOffer> {
  // A folder of its own: of some datasets the importer reads all that lies there.
  const folder = path.join(path.resolve(chosen ?? workplace.files.downloads), entry.id);
  const present = await Promise.all(entry.files.map((file) => presence(file, folder)));
  const missingBytes = sum(present.map((file) => file.missingBytes));
  const needs = [{ folder, bytes: missingBytes }];
  if (importing) needs.push({ folder: workplace.workspace.path, bytes: entry.unpackedBytes });
  const space = await spaceFor(needs);
  const jobId = runningDownload(workplace, entry);
  return {
    entry,
    folder,
    totalBytes: sum(entry.files.map(({ bytes }) => bytes ?? 0)),
    presentBytes: sum(present.map(({ bytes }) => bytes)),
    missingBytes,
    complete: present.every(({ whole }) => whole),
    space,
    problem: tooLittleSpace(space),
    jobId,
  };
}

/** The job that downloads this entry or is going to, wherever to. */
function runningDownload({ store }: Workplace, { id }: DownloadEntry): number | null {
  const jobs = store.jobs.active().filter(({ kind }) => kind === 'download');
  return jobs.find((job) => store.jobs.parameters(job.id, DownloadParameters).entry === id)?.id ?? null;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
