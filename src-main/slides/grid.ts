import { UserError } from '../base/errors.ts';
import type { ModelCard } from '../contract/values/model.ts';
import type { PatchGrid } from '../contract/values/slide.ts';
import type { SlideInfo } from './slide.ts';
import type { TissueMask } from './tissue.ts';

/** A patch is classified when at least this share of it is tissue. */
const LEAST_TISSUE = 0.5;

/** Patches of a grid in row-major order. */
export interface PatchList {
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

/**
 * The grid of whole, adjoining patches whose field on the slide, in microns, is the one that the model was trained on.
 * What is left at the right and bottom edges is less than a patch and belongs to none.
 * @param mpp microns per pixel of level 0; null where unknown
 * @throws UserError when the field cannot be known, or the slide is smaller than it
 */
export function patchGrid(
  slide: Pick<SlideInfo, 'name' | 'width' | 'height'>,
  card: Pick<ModelCard, 'patchSize' | 'mpp'>,
  mpp: number | null,
): PatchGrid {
  if (card.mpp !== null && mpp === null)
    throw new UserError(
      `The model was trained at ${card.mpp} µm per pixel, but ${slide.name} does not say its own. Set the microns per pixel in the slide's panel and start again.`,
    );
  const scale = card.mpp === null || mpp === null ? 1 : card.mpp / mpp;
  const patchSize = Math.max(1, Math.round(card.patchSize * scale));
  const grid = {
    columns: Math.floor(slide.width / patchSize),
    rows: Math.floor(slide.height / patchSize),
    patchSize,
    stride: patchSize,
  };
  if (grid.columns === 0 || grid.rows === 0)
    throw new UserError(
      `${slide.name} has ${slide.width} x ${slide.height} pixels, less than one patch of the model (${patchSize} x ${patchSize}).`,
    );
  return grid;
}

/** The patches of which at least half is tissue. */
export function tissuePatches(grid: PatchGrid, mask: TissueMask): PatchList {
  const share = tissueShares(mask);
  const columns: number[] = [];
  const rows: number[] = [];
  for (let row = 0; row < grid.rows; row++)
    for (let column = 0; column < grid.columns; column++)
      if (share(column * grid.stride, row * grid.stride, grid.patchSize) >= LEAST_TISSUE) {
        columns.push(column);
        rows.push(row);
      }
  return { columns: Int32Array.from(columns), rows: Int32Array.from(rows) };
}

/** The share of the whole mask that is tissue, 0–1. */
export function tissueFraction({ data }: TissueMask): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** Share of tissue of a level-0 square, in constant time by a summed-area table; of at least one mask pixel. */
export function tissueShares(mask: TissueMask): (x: number, y: number, side: number) => number {
  const stride = mask.width + 1;
  const sums = new Uint32Array(stride * (mask.height + 1));
  for (let y = 0; y < mask.height; y++)
    for (let x = 0, row = 0; x < mask.width; x++) {
      row += mask.data[y * mask.width + x] ?? 0;
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] ?? 0) + row;
    }
  const sumTo = (x: number, y: number) => sums[y * stride + x] ?? 0;
  return (x, y, side) => {
    const [left, right] = span(x, side, mask.downsample, mask.width);
    const [top, bottom] = span(y, side, mask.downsample, mask.height);
    const tissue = sumTo(right, bottom) - sumTo(left, bottom) - sumTo(right, top) + sumTo(left, top);
    return tissue / ((right - left) * (bottom - top));
  };
}

/** Mask pixels [from, to) under level-0 pixels start … start + length, at least one, inside the mask. */
function span(start: number, length: number, downsample: number, size: number): [number, number] {
  // The nearest boundary; of a patch smaller than a mask pixel, the pixel under its centre.
  const from = Math.min(size - 1, Math.floor((start + Math.min(length, downsample) / 2) / downsample));
  const to = Math.min(size, Math.max(from + 1, Math.round((start + length) / downsample)));
  return [from, to];
}
