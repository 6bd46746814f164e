import { hash } from 'node:crypto';
import type { FoundPatch } from '../../contract/worker.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { UserError } from '../../base/errors.ts';
import { placeInPack } from '../packedPatches.ts';
import { decodeRgbBytes, readImageFile } from '../rgb.ts';
import type { PatchFile } from './layout.ts';

/** Reads, decodes and hashes a file of a dataset. @param file its absolute path */
export async function inspectPatch(file: string, found: PatchFile): Promise<FoundPatch | BrokenFile> {
  const unusable = nameProblem(found.path);
  if (unusable) return { path: found.path, reason: unusable };
  try {
    const { bytes, trace } = await readImageFile(file);
    const { width, height } = await decodeRgbBytes(bytes);
    return { ...found, width, height, sha256: hash('sha256', bytes, 'hex'), trace };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { path: found.path, reason: error.message };
  }
}

/** What systems write in place of bytes that are no text; by such a name nothing can be opened. */
const NO_TEXT = '\uFFFD';

function nameProblem(relative: string): string | null {
  if (relative.includes(NO_TEXT))
    return 'The name of the file or its folder is not valid text (UTF-8). Rename it.';
  return placeInPack(relative)
    ? 'A name that ends in “.h5#1” or “.pack#1” is taken for a patch in a pack. Rename it.'
    : null;
}
