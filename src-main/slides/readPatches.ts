import { augmentImage } from '../data/augmentation/augment.ts';
import { DamagedTileError } from './damagedTile.ts';
import type { RegionPatches, RegionThreadData } from './regionMessages.ts';
import type { OpenSlide } from './slide.ts';

/**
 * Reads patches of a slide as the network wants them; those on damaged tiles are left out.
 * @param corners in level-0 pixels: x, y, x, y, …
 * @throws UserError when the slide cannot be read at all
 */
export async function readPatches(
  slide: OpenSlide,
  corners: Int32Array,
  { patchSize, imageSize, ...normalisation }: Omit<RegionThreadData, 'slidePath'>,
): Promise<RegionPatches> {
  const imageValues = 3 * imageSize * imageSize;
  const patches = corners.length / 2;
  const planes = new Float32Array(patches * imageValues);
  const unreadable: number[] = [];
  let reason: string | null = null;
  for (let i = 0; i < patches; i++) {
    const region = {
      x: corners[i * 2] ?? 0,
      y: corners[i * 2 + 1] ?? 0,
      width: imageSize,
      height: imageSize,
      downsample: patchSize / imageSize,
    };
    try {
      const { data } = await slide.readRegion(region);
      const at = (i - unreadable.length) * imageValues;
      augmentImage(data, imageSize, null, normalisation, planes.subarray(at, at + imageValues));
    } catch (error) {
      if (!(error instanceof DamagedTileError)) throw error;
      unreadable.push(i);
      reason ??= error.tile;
    }
  }
  const readable = patches - unreadable.length;
  return { planes: planes.subarray(0, readable * imageValues), unreadable, reason };
}
