import { cropTo, paste, resize, whiteImage } from './rgb.ts';
import type { CachedLevel } from './cachedLevels.ts';
import type { Region, RgbImage } from './slide.ts';

/** A region is assembled in memory before it is scaled. */
const MAX_PIXELS = 200_000_000;
/** A level a hair coarser than wanted (its sides are rounded) still counts as fine enough. */
const TOLERANCE = 1.01;

/**
 * Pixels of a region, from the coarsest level that is at least as fine as wanted.
 * @throws RangeError for a region too large to hold; UserError naming a damaged tile; the signal's reason
 */
export async function readRegion(
  levels: readonly CachedLevel[],
  region: Region,
  signal?: AbortSignal,
): Promise<RgbImage> {
  const level = levels.findLast((l) => l.downsample <= region.downsample * TOLERANCE) ?? levels[0];
  if (!level) throw new RangeError('a slide without levels');
  const scale = region.downsample / level.downsample;
  const left = Math.round(region.x / level.downsample);
  const top = Math.round(region.y / level.downsample);
  const width = Math.max(1, Math.round(region.width * scale));
  const height = Math.max(1, Math.round(region.height * scale));
  if (width * height > MAX_PIXELS)
    throw new RangeError(`a region of ${width} x ${height} pixels is too large`);

  const image = whiteImage(width, height);
  const { tileWidth, tileHeight } = level;
  const reads: Promise<void>[] = [];
  const lastColumn = Math.ceil(Math.min(left + width, level.width) / tileWidth);
  const lastRow = Math.ceil(Math.min(top + height, level.height) / tileHeight);
  for (let row = Math.floor(Math.max(0, top) / tileHeight); row < lastRow; row++)
    for (let column = Math.floor(Math.max(0, left) / tileWidth); column < lastColumn; column++)
      reads.push(copyTile(level, column, row, image, left, top, signal));
  await Promise.all(reads);
  return resize(image, region.width, region.height);
}

async function copyTile(
  level: CachedLevel,
  column: number,
  row: number,
  image: RgbImage,
  left: number,
  top: number,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const data = await level.read(column, row);
  signal?.throwIfAborted();
  const [x, y] = [column * level.tileWidth, row * level.tileHeight];
  const tile = { width: level.tileWidth, height: level.tileHeight, data };
  const inside = cropTo(tile, Math.min(tile.width, level.width - x), Math.min(tile.height, level.height - y));
  paste(inside, image, x - left, y - top);
}
