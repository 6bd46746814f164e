import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { reasonOf } from '../../base/errors.ts';
import { isIgnoredName, mayBePatch } from './names.ts';

export interface Listing {
  /** Files that are wanted, relative to the root, with forward slashes. */
  readonly paths: string[];
  /** The folders below the root that could be read, in the same form; of an archive none: what it unpacks are files. */
  readonly folders: string[];
  /** What was left out, and why. */
  readonly refused: BrokenFile[];
}

/**
 * Lists the files below a folder that may be patches. A link to a file inside the folder counts as that file; links that
 * lead out, and links to folders (they may run in circles), are refused.
 * @param wanted by their names; hidden and system files never are; @param deep false: in the folder itself only
 */
export async function listFolder(
  root: string,
  signal?: AbortSignal,
  wanted: (name: string) => boolean = mayBePatch,
  deep = true,
): Promise<Listing> {
  const realRoot = await realpath(root);
  const listing: Listing = { paths: [], folders: [], refused: [] };
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal?.throwIfAborted();
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(
      (error: unknown) => {
        if (folder === '') throw error;
        listing.refused.push({ path: folder, reason: `The folder could not be read: ${reasonOf(error)}.` });
        return null;
      },
    );
    if (!entries) continue;
    if (folder) listing.folders.push(folder);
    for (const entry of entries) {
      if (isIgnoredName(entry.name)) continue;
      const relative = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (deep) folders.push(relative);
      } else if (!wanted(entry.name)) continue;
      else if (entry.isFile()) listing.paths.push(relative);
      else {
        const reason = entry.isSymbolicLink()
          ? await linkProblem(path.join(root, relative), realRoot)
          : 'This is not an ordinary file.';
        if (reason) listing.refused.push({ path: relative, reason });
        else listing.paths.push(relative);
      }
    }
  }
  return listing;
}

/** Why a link is not followed; null: it is. */
async function linkProblem(link: string, realRoot: string): Promise<string | null> {
  try {
    const target = await realpath(link);
    if (!target.startsWith(realRoot + path.sep))
      return 'A link that leads out of the folder is not followed. Copy what it points to into the folder.';
    if (!(await stat(target)).isFile()) return 'A link to a folder is not followed.';
    return null;
  } catch {
    return 'The link points to nothing.';
  }
}
