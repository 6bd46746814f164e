import { readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from '../../store/store.ts';
import type { WorkspaceFiles } from '../workspace/files.ts';

/** Names that Tessera gives in the folder of datasets: a dataset's, with the job of a refresh; one that is kept; one that is going to go. */
const OF_DATASET = /^(\d+)(\.\d+)?$/;
const KEPT = /^kept-(\d+)$/;
const GOING = /^going-/;

/**
 * Puts right, before anything runs in a workspace, what a process left there that was killed between a change of a dataset's row and that of its
 * folder: what was kept of a failed import for the next one goes back to it, and what belongs to no dataset is removed. What else lies there
 * is not ours.
 * @returns when all is removed; it has other names at once, so that nobody comes upon it
 */
export async function removeOrphanFolders(
  files: WorkspaceFiles,
  store: Pick<Store, 'datasets'>,
): Promise<void> {
  const names = namesIn(files.datasets);
  const lives = (id: number) => store.datasets.exists(id);
  const going = names.filter((name) => GOING.test(name));
  for (const name of names) {
    const kept = Number(KEPT.exec(name)?.[1] ?? Number.NaN);
    const owner = Number(OF_DATASET.exec(name)?.[1] ?? kept);
    if (Number.isNaN(owner) || (lives(owner) && Number.isNaN(kept))) continue;
    if (lives(owner) && !names.includes(String(owner))) rename(files, name, String(owner));
    else going.push(rename(files, name, `going-${name}`));
  }
  // What cannot be removed, because a file of it is open on Windows, is removed at the next start.
  for (const name of going)
    await rm(path.join(files.datasets, name), { recursive: true, force: true }).catch(() => {});
}

/** @returns the name that it has then: the old one, where that cannot be changed */
function rename({ datasets }: WorkspaceFiles, from: string, to: string): string {
  try {
    renameSync(path.join(datasets, from), path.join(datasets, to));
    return to;
  } catch {
    return from;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was unpacked in this workspace yet
  }
}
