import { closeSync, fstatSync, openSync, readFileSync, read as readCallback } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { writeAtomic } from '../base/atomicFile.ts';
import { UserError, reasonOf } from '../base/errors.ts';
import { traceOf } from './content.ts';
import type { Rgb } from './rgb.ts';

// With a callback below: for something as small as a patch, `filehandle.read` takes twice the processor's time.
const read = promisify(readCallback);

/**
 * Where the pixels of many patches lie as plain bytes, one patch after the other, [height, width, 3] each. Written beside the patches
 * as `<name>.json`; the patches are then called `<name>#0`, `<name>#1` …
 */
export const PackIndex = z.object({
  version: z.literal(1),
  count: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
  /** Absolute, or relative to the index's folder. */
  file: z.string(),
  /** Of the first patch in that file. */
  offset: z.int().nonnegative(),
  /** Patches that could not be read from the source, as first and last position. */
  broken: z.array(z.tuple([z.int(), z.int()])),
  /** The file that it was made from. */
  source: z.object({ bytes: z.int(), modified: z.number() }),
  /** Of patches cut from a slide. */
  cut: z
    .object({
      /** Tells the slide's content from another. */
      fingerprint: z.string(),
      /** Side of a patch in level-0 pixels. */
      side: z.int().positive(),
      /** The file, beside the index, that says where each patch lies on the slide. */
      places: z.string(),
    })
    .optional(),
});
export type PackIndex = z.infer<typeof PackIndex>;

/** Of HDF5 files and of slides. */
const PACKED = /^(.+\.(?:h5|pack))#(\d{1,12})$/;

/** The index and the position of a patch that lies in a pack; null: it is a file of its own. */
export function placeInPack(patch: string): { index: string; position: number } | null {
  const match = PACKED.exec(patch);
  return match ? { index: indexFile(match[1] ?? ''), position: Number(match[2]) } : null;
}

export const packedPath = (name: string, position: number): string => `${name}#${position}`;
export const indexFile = (name: string): string => `${name}.json`;

export const patchBytes = ({ width, height }: Pick<PackIndex, 'width' | 'height'>): number =>
  3 * width * height;

/** @throws UserError when the index is missing or damaged */
export function readIndex(file: string): PackIndex {
  try {
    return PackIndex.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UserError(
      `${file}, which says where the patches lie, cannot be read. Import the dataset again.`,
      reasonOf(error),
    );
  }
}

/** Where the pixels lie; in the folder of the index, and so Tessera's own, or elsewhere. */
export const pixelFile = (indexPath: string, { file }: Pick<PackIndex, 'file'>): string =>
  path.resolve(path.dirname(indexPath), file);

export async function writeIndex(file: string, index: PackIndex): Promise<void> {
  await writeAtomic(file, JSON.stringify(index));
}

/**
 * The pixels of `count` patches that follow each other. Nothing is kept open between calls: opening takes microseconds, and a file
 * that is open cannot be deleted on Windows.
 * @returns also the trace that the file of the pixels had just before
 * @throws UserError naming the file
 */
export async function readPacked(
  indexPath: string,
  position: number,
  count = 1,
): Promise<Rgb & { count: number; trace: string }> {
  const index = readIndex(indexPath);
  const { width, height } = index;
  if (position + count > index.count)
    throw new UserError(
      `There is no patch ${position + count - 1} in ${indexPath}: it holds ${index.count}.`,
    );
  const file = pixelFile(indexPath, index);
  const data = Buffer.allocUnsafe(count * patchBytes(index));
  const opened = openFile(file);
  try {
    const trace = traceOf(fstatSync(opened));
    const start = index.offset + position * patchBytes(index);
    const { bytesRead } = await read(opened, data, 0, data.length, start).catch((error: unknown) => {
      throw new UserError(`${file} could not be read: ${reasonOf(error)}.`);
    });
    if (bytesRead < data.length)
      throw new UserError(
        `${file} ends before patch ${position + count - 1}. It has changed since its import.`,
      );
    return { data, width, height, count, trace };
  } finally {
    closeSync(opened);
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      gone
        ? `${file}, which holds the patches, is no longer there. It may have been moved, or its drive is not connected.`
        : `${file} could not be opened: ${reasonOf(error)}.`,
    );
  }
}
