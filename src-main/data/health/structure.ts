import type { Rgb } from '../rgb.ts';
import { areaMean } from './areaMean.ts';

/** Side of the grid that a picture is reduced to before it is hashed. */
export const GRID = 32;

/** The luminance (ITU-R BT.601, 0–255) of a picture, averaged over a grid of GRID x GRID cells. */
export function structure({ data, width, height }: Rgb): Float64Array {
  const grey = new Float32Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  return areaMean(grey, width, height, GRID);
}

/** Standard deviation over the cells, in grey levels. */
export function contrast(cells: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const cell of cells) {
    sum += cell;
    squares += cell * cell;
  }
  return Math.sqrt(Math.max(0, squares / cells.length - (sum / cells.length) ** 2));
}

/**
 * Below this many grey levels a picture is blank: what is left is noise, in which no duplicate can be told. Empty glass of Kather 2016
 * has 1.5 and more, the palest of 2,250 colon tiles 11.
 */
export const BLANK_CONTRAST = 4;
