import sharp from 'sharp';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { SlideSource } from '../slide.ts';
import { aperioAssociatedName, aperioMpp, isAperio } from './aperio.ts';
import { type BoundedFile, TruncatedError } from './boundedFile.ts';
import { type Directory, readDirectories } from './directories.ts';
import { flatLevel } from './flatLevel.ts';
import { pyramidOf } from './pyramid.ts';
import { damagedFile, refuseTruncated, refuseUnreadable, refuseVendor, truncatedFile } from './refuse.ts';
import { micronsPerPixel } from './resolution.ts';
import { TAG } from './tags.ts';
import { tileLevel } from './tileLevel.ts';

/**
 * A slide in a TIFF file: Aperio SVS, a tiled (pyramidal) TIFF, or a small TIFF without tiles.
 * @throws UserError for everything that cannot be shown, with the reason
 */
export async function openTiff(file: BoundedFile): Promise<SlideSource> {
  const directories = await readDirectories(file).catch((error: unknown) => {
    if (error instanceof TruncatedError) throw truncatedFile(file.path, file.size, error.end);
    throw damagedFile(file.path, reasonOf(error));
  });
  const [first] = directories;
  if (!first) throw damagedFile(file.path, 'it holds no image');
  refuseVendor(file.path, first);
  const pyramid = pyramidOf(directories);
  const base = pyramid[0];
  if (!base) {
    refuseTruncated(file.path, file.size, [first]);
    return {
      format: 'TIFF',
      mpp: micronsPerPixel(first),
      levels: [await flatLevel(file.path, first)],
      associated: new Map(),
      close: () => file.close(),
    };
  }
  const aperio = isAperio(base);
  const format = aperio ? 'Aperio SVS' : 'Tiled TIFF';
  for (const level of pyramid) refuseUnreadable(file.path, level, format);
  const associated = aperio ? associatedDirectories(directories) : new Map<string, Directory>();
  refuseTruncated(file.path, file.size, [...pyramid, ...associated.values()]);
  return {
    format,
    mpp: aperio ? aperioMpp(base) : micronsPerPixel(base),
    levels: pyramid.map((directory, index) => tileLevel(file, directory, index)),
    associated: new Map(
      [...associated].map(([name, directory]) => [name, () => stripedJpeg(file.path, name, directory)]),
    ),
    close: () => file.close(),
  };
}

function associatedDirectories(directories: readonly Directory[]): Map<string, Directory> {
  const found = new Map<string, Directory>();
  for (const directory of directories) {
    if (directory.page === null || !directory.has(TAG.stripOffsets)) continue;
    const name = aperioAssociatedName(directory);
    if (name && !found.has(name)) found.set(name, directory);
  }
  return found;
}

/** A striped image read through libtiff. */
async function stripedJpeg(path: string, name: string, directory: Directory): Promise<Uint8Array> {
  try {
    return await sharp(path, {
      page: directory.page ?? 0,
      sequentialRead: false,
      failOn: 'error',
      ignoreIcc: true,
    })
      .toColourspace('srgb')
      .jpeg({ quality: 90 })
      .toBuffer();
  } catch (error) {
    throw new UserError(`The ${name} image of ${path} is damaged.`, reasonOf(error));
  }
}
