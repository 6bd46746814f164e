import path from 'node:path';
import { decodeRgb } from '../rgb.ts';
import type { PatchFile } from './layout.ts';

/** The published tiles: 150 x 150 pixels of 0.495 µm (74 µm a side; Kather et al. 2016). */
const TILE_MICRONS = 150 * 0.495;

/** Tries so many files before it gives up on a damaged set. */
const TRIES = 5;

/**
 * Microns per pixel of a copy of Kather 2016. Copies circulate that were resized, always whole tiles, so the size of one
 * tells the scale. null when none of the first files can be read.
 */
export async function katherMpp(root: string, files: readonly PatchFile[]): Promise<number | null> {
  for (const file of files.slice(0, TRIES)) {
    const image = await decodeRgb(path.join(root, file.path)).catch(() => null);
    if (image) return Math.round((TILE_MICRONS / image.width) * 1e4) / 1e4;
  }
  return null;
}
