import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { Job } from '../../contract/values/job.ts';
import type { Workplace } from '../session.ts';

/** The folders in the workspace that hold, or held, what was unpacked, copied or cut of a dataset. */
async function foldersOf({ files }: Workplace, id: number): Promise<string[]> {
  const names = await readdir(files.datasets).catch(() => []); // nothing was unpacked in this workspace yet
  return names
    .filter((name) => name === String(id) || name.startsWith(`${id}.`))
    .map((name) => path.join(files.datasets, name));
}

/** Removes all of them. */
export async function removeFolders(workplace: Workplace, id: number): Promise<void> {
  for (const folder of await foldersOf(workplace, id)) await rm(folder, { recursive: true, force: true });
}

/**
 * Removes those of earlier revisions and of refreshes that came to no end. While something is trained on the dataset they stay: it may
 * have begun on them.
 */
export async function removeOldFolders(workplace: Workplace, { id, root }: Pick<Dataset, 'id' | 'root'>) {
  if (workplace.store.jobs.running().some((job) => trainsOn(workplace, job, id))) return;
  for (const folder of await foldersOf(workplace, id))
    // What cannot be removed, because a file of it is open on Windows, takes space until the next time.
    if (folder !== root && !root.startsWith(folder + path.sep))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
}

function trainsOn({ store }: Workplace, { runId, pretrainingId }: Job, datasetId: number): boolean {
  const run = runId === null ? null : store.runs.get(runId);
  const pretraining = pretrainingId === null ? null : store.pretrainings.get(pretrainingId);
  return (run ?? pretraining)?.config.datasetId === datasetId;
}
