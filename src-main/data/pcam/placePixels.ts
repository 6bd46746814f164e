import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { indexFile, patchBytes, readIndex, writeIndex, type PackIndex } from '../packedPatches.ts';
import { contiguousOffset } from './contiguous.ts';
import { identityOf, isGzip, sameFile, type FileIdentity } from './files.ts';
import { packPatches, type BrokenRange } from './pack.ts';
import type { PartOptions } from './partOptions.ts';
import { plainFile } from './plainFile.ts';
import { checkImages } from './shapes.ts';

/**
 * Finds or makes the plain pixels of a part's images, and writes their index into the workspace. Pixels that lie in one piece are used
 * where they are; others are copied out.
 * @param x name of the file as it lies there @param name what the patches are called after @param labels how many there have to be
 * @throws UserError without the file's name
 */
export async function placePixels(
  x: string,
  name: string,
  labels: number,
  options: PartOptions,
): Promise<PackIndex> {
  const { folder, target, reader, signal, onProgress, onBroken } = options;
  const source = await identityOf(path.join(folder, x));
  const indexPath = path.join(target, indexFile(name));
  const earlier = await madeEarlier(indexPath, source);
  const said = (ranges: readonly BrokenRange[]) => {
    for (const { first, last, reason } of ranges)
      onBroken({
        path: `${name}#${first === last ? first : `${first}–${last}`}`,
        reason: `${last - first + 1} patches cannot be read: ${reason.replace(/\.$/, '')}.`,
      });
  };
  if (earlier && earlier.count === labels) {
    said(earlier.broken.map(([first, last]) => ({ first, last, reason: 'as an earlier import found' })));
    return earlier;
  }
  const file = await plainFile(x, options);
  const description = await reader.describe(file, 'x');
  const [count = 0, height = 0, width = 0] = description.shape;
  checkImages(description);
  if (count !== labels)
    throw new UserError(
      `it holds ${count} patches, but there are ${labels} labels, so they do not belong together`,
    );
  const shape = { version: 1, count, width, height, source } as const;
  const inPlace =
    description.chunks || description.compressed
      ? null
      : await contiguousOffset(reader, file, 'x', count, patchBytes(shape));
  let index: PackIndex;
  if (inPlace !== null) {
    index = { ...shape, file: isGzip(x) ? name : file, offset: inPlace, broken: [] };
  } else {
    const broken = await packPatches(
      reader,
      { file, dataset: 'x', description, identity: source },
      path.join(target, `${name}.rgb`),
      { signal, onProgress: (done, total) => onProgress('Copied', done, total) },
    );
    said(broken);
    index = {
      ...shape,
      file: `${name}.rgb`,
      offset: 0,
      broken: broken.map(({ first, last }) => [first, last]),
    };
  }
  await writeIndex(indexPath, index);
  if (isGzip(x) && inPlace === null) await rm(file, { force: true }); // its pixels are in the copy now
  return index;
}

async function madeEarlier(indexPath: string, source: FileIdentity): Promise<PackIndex | null> {
  if (!(await stat(indexPath).catch(() => null))) return null; // the first time
  const index = readIndex(indexPath);
  const pixels = path.resolve(path.dirname(indexPath), index.file);
  const there = await stat(pixels).catch(() => null); // removed meanwhile
  return there && sameFile(index.source, source) ? index : null;
}
