import { UserError, reasonOf } from '../../base/errors.ts';
import type { RecordedContent } from '../../contract/worker.ts';
import { requireRecorded } from '../content.ts';
import { readImageFile } from '../rgb.ts';
import { decodeIndexPng, type IndexImage } from './indexPng.ts';

/**
 * Reads a mask's class indices. @param content what is on record of the file, where it has to be that
 * @throws UserError naming the file and what is wrong with it
 */
export async function readMask(file: string, content?: RecordedContent): Promise<IndexImage> {
  try {
    const read = await readImageFile(file);
    requireRecorded(read, content);
    return decodeIndexPng(read.bytes);
  } catch (error) {
    throw new UserError(`Could not read the mask ${file}. ${reasonOf(error)}`);
  }
}
