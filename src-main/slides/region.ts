import { DamagedTileError, type DamagedArea, type OnDamage } from './damagedTile.ts';
import { cropTo, greyImage, paste, resize, whiteImage } from './rgb.ts';
import type { CachedLevel } from './cachedLevels.ts';
import type { Region, RgbImage } from './slide.ts';

/** A region is assembled in memory before it is scaled. */
const MAX_PIXELS = 200_000_000;
/** A level a hair coarser than wanted (its sides are rounded) still counts as fine enough. */
const TOLERANCE = 1.01;

/**
 * Pixels of a region, from the coarsest level that is at least as fine as wanted; what is damaged there is made up from
 * finer levels.
 * @param onDamage by default a tile that is damaged in all of them throws
 * @throws RangeError for a region too large to hold; DamagedTileError; the signal's reason
 */
export async function readRegion(
  levels: readonly CachedLevel[],
  region: Region,
  signal?: AbortSignal,
  onDamage: OnDamage = throwError,
): Promise<RgbImage> {
  const index = Math.max(
    0,
    levels.findLastIndex((l) => l.downsample <= region.downsample * TOLERANCE),
  );
  const level = levels[index];
  if (!level) throw new RangeError('a slide without levels');
  const finer = levels.slice(0, index);
  const told: OnDamage = (area) => overlap(area, region) && onDamage(area);
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
      reads.push(
        tileAt(level, finer, column, row, told, signal).then((tile) =>
          paste(tile, image, column * tileWidth - left, row * tileHeight - top),
        ),
      );
  await Promise.all(reads);
  level.damage.forEach(told);
  return resize(image, region.width, region.height);
}

/** A tile, without what an edge tile holds beyond the level. */
async function tileAt(
  level: CachedLevel,
  finer: readonly CachedLevel[],
  column: number,
  row: number,
  onDamage: OnDamage,
  signal?: AbortSignal,
): Promise<RgbImage> {
  signal?.throwIfAborted();
  const { tileWidth: width, tileHeight: height } = level;
  const data = await readTile(level, finer, column, row, onDamage, signal);
  signal?.throwIfAborted();
  const [right, bottom] = [level.width - column * width, level.height - row * height];
  return cropTo({ width, height, data }, Math.min(width, right), Math.min(height, bottom));
}

/** A level's whole tile; made up from the `finer` levels where it is damaged, and grey where these are damaged too. */
export async function readTile(
  level: CachedLevel,
  finer: readonly CachedLevel[],
  column: number,
  row: number,
  onDamage: OnDamage = throwError,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await level.read(column, row);
  } catch (error) {
    if (!(error instanceof DamagedTileError)) throw error;
    const { tileWidth: width, tileHeight: height, downsample } = level;
    const [x, y] = [column * width * downsample, row * height * downsample];
    if (finer.length > 0)
      return (await readRegion(finer, { x, y, width, height, downsample }, signal, onDamage)).data;
    onDamage({ x, y, width: width * downsample, height: height * downsample, error });
    return greyImage(width, height).data;
  }
}

function throwError({ error }: DamagedArea): never {
  throw error;
}

function overlap(area: DamagedArea, { x, y, width, height, downsample }: Region): boolean {
  return (
    area.x < x + width * downsample &&
    area.y < y + height * downsample &&
    x < area.x + area.width &&
    y < area.y + area.height
  );
}
