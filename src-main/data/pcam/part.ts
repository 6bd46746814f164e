import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { Split } from '../../contract/values/common.ts';
import { NoSpaceError } from '../import/unpackTo.ts';
import type { PackIndex } from '../packedPatches.ts';
import type { PcamPart } from './files.ts';
import type { Hdf5Reader } from './hdf5Reader.ts';
import { readSlides } from './meta.ts';
import type { PartOptions } from './partOptions.ts';
import { placePixels } from './placePixels.ts';
import { plainFile } from './plainFile.ts';
import { checkLabels } from './shapes.ts';

/** A part of PCam whose patches can be read. */
export interface ReadyPart {
  readonly split: Split;
  /** What the patches' paths begin with: the name of the HDF5 file with the images. */
  readonly name: string;
  readonly index: PackIndex;
  /** One per patch. */
  readonly labels: Uint8Array;
  /** The source slide of each patch; null: not known. */
  readonly slides: readonly string[] | null;
}

/**
 * Makes the patches of a part readable at random: unpacks what is gzipped, and copies pixels that are not stored in one piece.
 * @returns null when the part cannot be used; `onBroken` was told why
 * @throws UserError when the disk is full; the signal's reason when aborted
 */
export async function preparePart(part: PcamPart, options: PartOptions): Promise<ReadyPart | null> {
  const { folder, target, onBroken, reader } = options;
  const [x, y] = [part.x, part.y];
  if (x === null || y === null) {
    const present = x ?? y ?? part.stem;
    const missing =
      x === null
        ? `${part.stem}_x.h5, which holds its images,`
        : `${part.stem}_y.h5, which holds its labels,`;
    onBroken({ path: present, reason: `${missing} is not beside it; neither can be used alone.` });
    return null;
  }
  await mkdir(target, { recursive: true });
  const labels = await naming(y, options, async () =>
    readLabels(await plainFile(y, { ...options, onProgress: () => {} }), reader),
  );
  if (!labels) return null;
  const name = `${part.stem}_x.h5`;
  const index = await naming(x, options, () => placePixels(x, name, labels.length, options));
  if (!index) return null;
  const slides =
    part.meta === null
      ? null
      : await naming(part.meta, options, () => readSlides(path.join(folder, part.meta ?? ''), labels));
  return { split: part.split, name, index, labels, slides };
}

/** What `work` gives, or null with its failure told under the file's name. A full disk ends it all. */
async function naming<T>(
  name: string,
  { onBroken, signal }: PartOptions,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof NoSpaceError) throw error;
    if (code === 'ENOSPC')
      throw new NoSpaceError(
        'The disk is full where the workspace lies. Make room and import again; what was done is kept.',
      );
    if (!(error instanceof UserError) && !code?.startsWith('E')) throw error;
    onBroken({
      path: name,
      reason: sentence(reasonOf(error).replace(/\.$/, ''), error instanceof UserError),
    });
    return null;
  }
}

/** A reason that is no sentence yet becomes one. */
function sentence(reason: string, ours: boolean): string {
  if (!ours) return `The file could not be read: ${reason}.`;
  return /^[A-Z]/.test(reason) ? `${reason}.` : `The file cannot be used: ${reason}.`;
}

async function readLabels(file: string, reader: Hdf5Reader): Promise<Uint8Array> {
  const description = await reader.describe(file, 'y');
  checkLabels(description);
  const [count = 0] = description.shape;
  const labels = await reader.read(file, 'y', 0, count);
  if (labels.length !== count) throw new UserError('it ends early');
  return labels;
}
