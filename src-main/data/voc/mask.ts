import { UserError, reasonOf } from '../../base/errors.ts';
import { readImageFile } from '../rgb.ts';
import { decodeIndexPng, type IndexImage } from './indexPng.ts';

/** Reads a mask's class indices. @throws UserError naming the file and what is wrong with it */
export async function readMask(file: string): Promise<IndexImage> {
  try {
    return decodeIndexPng(await readImageFile(file));
  } catch (error) {
    throw new UserError(`Could not read the mask ${file}. ${reasonOf(error)}`);
  }
}
