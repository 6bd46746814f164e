import type { Directory } from './directories.ts';
import { TAG } from './tags.ts';

/** Bit of NewSubfileType that marks a transparency mask. */
const MASK = 4;

/**
 * The directories that make up the pyramid, finest first: the largest tiled image and every smaller tiled one of the
 * same shape. The shape decides and not NewSubfileType, because vendors set that as they like (Aperio leaves it 0).
 * Further images of the same size (focal planes) are left out.
 */
export function pyramidOf(directories: readonly Directory[]): Directory[] {
  const tiled = directories.filter(
    (d) => d.has(TAG.tileOffsets) && d.has(TAG.tileWidth) && (d.number(TAG.newSubfileType, 0) & MASK) === 0,
  );
  // The sort is stable: of equally large ones the first in the file is the image.
  const [base, ...others] = tiled.toSorted((a, b) => widthOf(b) - widthOf(a));
  if (!base) return [];
  const levels = [base];
  for (const other of others)
    if (widthOf(other) < widthOf(levels.at(-1) ?? base) && hasShapeOf(base, other)) levels.push(other);
  return levels;
}

/** Whether `level` is `base` made smaller, up to the rounding of its sides. */
function hasShapeOf(base: Directory, level: Directory): boolean {
  const expected = (heightOf(base) * widthOf(level)) / widthOf(base);
  return Math.abs(heightOf(level) - expected) <= Math.max(1.5, 0.02 * expected);
}

const widthOf = (directory: Directory) => directory.number(TAG.imageWidth, 0);
const heightOf = (directory: Directory) => directory.number(TAG.imageLength, 0);
