import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError } from '../../base/errors.ts';
import { found, NotFoundError } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { getDataset } from './datasets.ts';

/** A patch's thumbnail as JPEG, from the workspace's cache or made now. */
export async function thumbnail(workplace: Workplace, patchId: number, side: number): Promise<Uint8Array> {
  const patch = found(workplace.store.patches.get(patchId), 'patch', patchId);
  const cached = workplace.files.thumbnail(patch.datasetId, side, patchId);
  const kept = await readFile(cached).catch(() => null); // not made yet
  if (kept) return kept;
  const file = await fileInside(getDataset(workplace, patch.datasetId).root, patch.path);
  const { patchThumbnail } = await import('../../data/thumbnail.ts'); // brings sharp
  const jpeg = await patchThumbnail(file, side);
  await writeAtomic(cached, jpeg);
  return jpeg;
}

/**
 * The real path of a file below `root`.
 * @throws NotFoundError when it is gone; UserError when a link or `..` leads out of the root, which nobody may look through
 */
async function fileInside(root: string, relative: string): Promise<string> {
  const file = path.join(root, relative);
  const [realRoot, realFile] = await Promise.all([realpath(root), realpath(file)]).catch(() => {
    throw new NotFoundError(
      `${file} is no longer there. It may have been moved, or its drive is not connected.`,
    );
  });
  if (!realFile.startsWith(realRoot + path.sep))
    throw new UserError(`${file} lies outside its dataset's folder ${root} and is not shown.`);
  return realFile;
}
