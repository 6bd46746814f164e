import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readIndex } from '../../data/packedPatches.ts';

/**
 * Gives a refresh of packed patches what was copied or cut before, so that only what changed is read again, and what stayed keeps its
 * number in its pack. The files are links: packs are replaced or grow, so that whoever reads by the old indexes finds what these say.
 * @throws the signal's reason when aborted, between two files
 */
export async function linkPacks(from: string, to: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true, recursive: true }).catch(() => []); // gone: all is made anew
  for (const entry of entries) {
    signal.throwIfAborted();
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || isUnfinished(entry.name) || pointsOutside(file)) continue;
    const target = path.join(to, path.relative(from, file));
    await mkdir(path.dirname(target), { recursive: true });
    // Some disks, of USB sticks for instance, know no links.
    await link(file, target).catch(() => copyFile(file, target, constants.COPYFILE_FICLONE));
  }
}

const isUnfinished = (name: string): boolean => /\.(partial|partial\.json|unpacking)$/.test(name);

/** An index of pixels in the source itself is made anew, because the source may have moved; so is a damaged one. */
function pointsOutside(file: string): boolean {
  if (!file.endsWith('.h5.json')) return false;
  try {
    return path.isAbsolute(readIndex(file).file);
  } catch {
    return true;
  }
}
