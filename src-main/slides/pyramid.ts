import { UserError } from '../base/errors.ts';
import type { SlideLevel } from '../contract/values/slide.ts';
import { cachedLevels } from './cachedLevels.ts';
import { readRegion, readTile } from './region.ts';
import { cropTo, encodeJpeg } from './rgb.ts';
import type { OpenSlide, SlideSource } from './slide.ts';

/** Everything that is the same for all formats: levels below the coarsest stored one, caches, regions. */
export function openPyramid(name: string, source: SlideSource): OpenSlide {
  const levels = cachedLevels(source.levels);
  const finest = levelAt(levels, 0);
  const slideLevels: SlideLevel[] = levels.map(({ width, height, tileWidth, tileHeight, downsample }) => ({
    width,
    height,
    tileWidth,
    tileHeight,
    downsample,
  }));

  async function tile(level: number, column: number, row: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const from = levelAt(levels, level);
    const width = Math.min(from.tileWidth, from.width - column * from.tileWidth);
    const height = Math.min(from.tileHeight, from.height - row * from.tileHeight);
    if (!(column >= 0 && row >= 0 && width > 0 && height > 0))
      throw new RangeError(`level ${level} has no tile ${column}/${row}`);
    // An edge tile is stored at full size, with filling that the viewer must not see.
    const whole = width === from.tileWidth && height === from.tileHeight;
    const stored = whole ? await from.storedJpeg(column, row) : null;
    if (stored) return stored;
    const data = await readTile(from, levels.slice(0, level), column, row);
    const decoded = { width: from.tileWidth, height: from.tileHeight, data };
    return encodeJpeg(cropTo(decoded, width, height));
  }

  async function thumbnail(side: number): Promise<Uint8Array> {
    const downsample = Math.max(1, Math.max(finest.width, finest.height) / side);
    const width = Math.max(1, Math.round(finest.width / downsample));
    const height = Math.max(1, Math.round(finest.height / downsample));
    const region = { x: 0, y: 0, width, height, downsample };
    return encodeJpeg(await readRegion(levels, region, undefined, () => {})); // with grey where it is damaged
  }

  return {
    info: {
      name,
      format: source.format,
      width: finest.width,
      height: finest.height,
      mpp: source.mpp,
      levels: slideLevels,
      associated: [...source.associated.keys()],
    },
    tile,
    thumbnail,
    async associated(image) {
      const read = source.associated.get(image);
      if (!read) throw new UserError(`${name} has no ${image} image.`);
      return read();
    },
    readRegion: (region, signal, onDamage) => readRegion(levels, region, signal, onDamage),
    close: () => source.close(),
  };
}

function levelAt<T>(levels: readonly T[], index: number): T {
  const level = levels[index];
  if (level === undefined) throw new RangeError(`there is no level ${index}`);
  return level;
}
