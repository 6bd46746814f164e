import { hash } from 'node:crypto';
import type { FoundPatch } from '../../contract/worker.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { UserError } from '../../base/errors.ts';
import { decodeRgbBytes, readImageFile } from '../rgb.ts';
import type { PatchFile } from './layout.ts';

/** Reads, decodes and hashes a file of a dataset. @param file its absolute path */
export async function inspectPatch(file: string, found: PatchFile): Promise<FoundPatch | BrokenFile> {
  try {
    const bytes = await readImageFile(file);
    const { width, height } = await decodeRgbBytes(bytes);
    return { ...found, width, height, sha256: hash('sha256', bytes, 'hex') };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { path: found.path, reason: error.message };
  }
}
