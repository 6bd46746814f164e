import { hash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import { hasBackground } from '../../contract/background.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { IGNORE_LABEL } from '../../contract/values/labelledImage.ts';
import type { FoundImage } from '../../contract/worker.ts';
import type { Traced } from '../content.ts';
import { decodeRgbBytes, readImageFile } from '../rgb.ts';
import { annotatedClasses } from './annotation.ts';
import { classKey } from './classes.ts';
import { decodeIndexPng, type IndexImage } from './indexPng.ts';
import type { VocItem } from './plan.ts';

/** What every image of a dataset is held against. */
export interface Inspection {
  /** The VOC folder, without links. */
  readonly root: string;
  readonly classNames: readonly string[];
}

/**
 * Reads an image with its mask and annotation to the last byte. Its labels are those of the annotation, else the classes of the mask's pixels; the
 * background is none.
 * @returns the first file with which something is wrong, where one has
 */
export async function inspectImage(item: VocItem, inspection: Inspection): Promise<FoundImage | BrokenFile> {
  const { classNames } = inspection;
  let reading = item.image;
  const read = (relative: string) => readInside(inspection.root, (reading = relative));
  try {
    const { bytes, trace } = await read(item.image);
    const { width, height } = await decodeRgbBytes(bytes);
    const maskFile = item.mask === null ? null : await read(item.mask);
    const mask = maskFile && decodeIndexPng(maskFile.bytes);
    const shown = mask ? classesOf(mask, { width, height }, classNames) : [];
    const annotated =
      item.annotation === null
        ? null
        : indicesOf(
            annotatedClasses(new TextDecoder().decode((await read(item.annotation)).bytes)),
            classNames,
          );
    const labels = (annotated ?? shown).filter((index) => index > 0 || !hasBackground(classNames));
    const { image, split } = item;
    const sha256 = hash('sha256', bytes, 'hex');
    const maskSha256 = maskFile && hash('sha256', maskFile.bytes, 'hex');
    const contents = { sha256, trace, maskSha256, maskTrace: maskFile && maskFile.trace };
    return { path: image, maskPath: item.mask, labels, split, width, height, ...contents };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { path: reading, reason: error.message };
  }
}

/** A file's bytes. @throws UserError with the plain reason; a link that leads out of the root is not followed */
async function readInside(root: string, relative: string): Promise<Traced> {
  const file = await realpath(path.join(root, relative)).catch(() => null);
  if (file === null) throw new UserError('The file is not there.');
  if (!file.startsWith(root + path.sep))
    throw new UserError(
      'A link that leads out of the folder is not followed. Copy what it points to into the folder.',
    );
  return readImageFile(file);
}

/** The classes of a mask's pixels, ascending. */
function classesOf(
  mask: IndexImage,
  image: { readonly width: number; readonly height: number },
  classNames: readonly string[],
): number[] {
  if (mask.width !== image.width || mask.height !== image.height)
    throw new UserError(
      `The mask has ${mask.width} x ${mask.height} pixels, its image ${image.width} x ${image.height}.`,
    );
  const seen = new Uint8Array(256);
  for (const index of mask.data) seen[index] = 1;
  const indices = [...seen.keys()].filter((index) => seen[index] === 1 && index !== IGNORE_LABEL);
  const beyond = indices.find((index) => index >= classNames.length);
  if (beyond !== undefined)
    throw new UserError(
      `The mask has pixels of class ${beyond}, but there are only the classes 0 to ${classNames.length - 1}.`,
    );
  return indices;
}

function indicesOf(names: readonly string[], classNames: readonly string[]): number[] {
  const known = new Map(classNames.map((name, index) => [classKey(name), index]));
  const indices = names.map((name) => {
    const index = known.get(classKey(name));
    if (index === undefined)
      throw new UserError(
        `The annotation names “${name.slice(0, 60)}”, which is none of the dataset's classes.`,
      );
    return index;
  });
  return [...new Set(indices)].sort((a, b) => a - b);
}
