import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError } from '../../base/errors.ts';
import { placeInPack } from '../../data/packedPatches.ts';
import { found, NotFoundError } from '../problems.ts';
import { holds } from './requireUnchanged.ts';
import type { Workplace } from '../session.ts';

/** A patch's thumbnail as JPEG. */
export async function thumbnail(workplace: Workplace, patchId: number, side: number): Promise<Uint8Array> {
  const patch = found(workplace.store.patches.get(patchId), 'patch', patchId);
  return keptOrMade(workplace.files.thumbnail(patch.datasetId, side, patchId), async () => {
    const { root } = placeOf(workplace, patch.datasetId);
    const { path: now, sha256 } = found(workplace.store.patches.whereabouts(patchId), 'patch', patchId);
    await requireSame(root, now, sha256);
    const file = await fileInside(root, now);
    const { patchThumbnail } = await import('../../data/thumbnail.ts'); // brings sharp
    return patchThumbnail(file, side);
  });
}

/** A natural image's thumbnail as JPEG, or its mask in colours as PNG. @throws NotFoundError where it has no mask */
export async function imageThumbnail(
  workplace: Workplace,
  imageId: number,
  side: number,
  kind: 'image' | 'mask',
): Promise<Uint8Array> {
  const { datasetId, path: image, maskPath } = found(workplace.store.images.get(imageId), 'image', imageId);
  const relative = kind === 'image' ? image : maskPath;
  if (relative === null) throw new NotFoundError(`${image} has no mask.`);
  return keptOrMade(workplace.files.imageThumbnail(datasetId, side, imageId, kind), async () => {
    const { root, classNames } = placeOf(workplace, datasetId);
    await requireSame(root, relative, workplace.store.images.retiredContent(imageId)?.[kind] ?? null);
    const file = await fileInside(root, relative);
    if (kind === 'image') return (await import('../../data/thumbnail.ts')).patchThumbnail(file, side);
    return (await import('../../data/voc/colouredMask.ts')).colouredMask(file, side, classNames);
  });
}

const placeOf = ({ store }: Workplace, id: number) => found(store.datasets.place(id), 'dataset', id);

/** From the workspace's cache, or made and kept now. */
async function keptOrMade(cached: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const kept = await readFile(cached).catch(() => null); // not made yet
  if (kept) return kept;
  const made = await make();
  await writeAtomic(cached, made).catch(() => {}); // on a full disk it is made anew each time: the patch is to be seen all the same
  return made;
}

/** @param sha256 of the content that is to be shown; null: what lies there is it @throws NotFoundError when it is another now */
async function requireSame(root: string, relative: string, sha256: string | null): Promise<void> {
  if (sha256 === null || (await holds(root, { path: relative, sha256 }))) return;
  throw new NotFoundError(`${relative} was changed or removed since; there is no picture of what it was.`);
}

/**
 * The real path of a file below `root`.
 * @throws NotFoundError when it is gone; UserError when a link or `..` leads out of the root, which nobody may look through
 */
async function fileInside(root: string, relative: string): Promise<string> {
  const file = path.join(root, relative);
  const place = placeInPack(file);
  const [realRoot, realFile] = await Promise.all([realpath(root), realpath(place?.index ?? file)]).catch(
    () => {
      throw new NotFoundError(
        `${file} is no longer there. It may have been moved, or its drive is not connected.`,
      );
    },
  );
  if (!realFile.startsWith(realRoot + path.sep))
    throw new UserError(`${file} lies outside its dataset's folder ${root} and is not shown.`);
  return place ? file : realFile;
}
