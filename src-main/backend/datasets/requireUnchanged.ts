import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { placeInPack, readPacked } from '../../data/packedPatches.ts';
import type { KnownFile } from '../../store/tables/retired.ts';

/**
 * Sees to it that what is going to be trained on is what was drawn, of the files that a refresh has retired meanwhile.
 * @param what that trains, at the beginning of a sentence
 * @throws UserError naming the first that is gone or has become another
 */
export async function requireUnchanged(root: string, files: readonly KnownFile[], what: string) {
  for (const file of files) {
    if (await holds(root, file)) continue;
    throw new UserError(
      `${what} cannot go on: ${file.path}, which it trains or is tested on, was changed or removed meanwhile. ` +
        'Put the file back as it was, or begin anew on the dataset as it is now.',
    );
  }
}

/** Whether a file, or a patch of a pack, is there with the content that is known of it. */
export async function holds(root: string, { path: relative, sha256 }: KnownFile): Promise<boolean> {
  const file = path.join(root, relative);
  const place = placeInPack(file);
  const content = place ? readPacked(place.index, place.position).then(({ data }) => data) : readFile(file);
  return content.then(
    (bytes) => hash('sha256', bytes, 'hex') === sha256,
    () => false, // gone, or no longer readable
  );
}
