import type { DamagedArea } from './damagedTile.ts';
import { halvedLevel, type ReadTile } from './halvedLevel.ts';
import { Limiter } from './limiter.ts';
import { readTile } from './region.ts';
import type { TileLevel } from './slide.ts';
import { TileCache } from './tileCache.ts';

/**
 * The coarsest level fits into a square of this side, so that a viewer shows the whole slide with a handful of tiles.
 */
const COARSEST_SIDE = 1024;
const STORED_CACHE_BYTES = 48 * 1024 * 1024;
const HALVED_CACHE_BYTES = 32 * 1024 * 1024;
/** Enough to keep the decoding threads busy; more would only hold memory. */
const DECODES_AT_ONCE = 8;

/** A level with its place in the pyramid and its decoded tiles behind a cache. */
export interface CachedLevel extends TileLevel {
  readonly downsample: number;
  /** Like `decode`, cached. */
  read(column: number, row: number): Promise<Uint8Array>;
  /** Grey parts found so far in a halved level: one damaged tile must not take the overview of the whole slide with it. */
  readonly damage: ReadonlyMap<string, DamagedArea>;
}

/**
 * The stored levels, and below them halved ones until the whole slide fits into a few tiles. A stored level throws a
 * DamagedTileError, a halved one is grey where nothing can be made of the stored ones.
 */
export function cachedLevels(stored: readonly TileLevel[]): CachedLevel[] {
  const finest = stored[0];
  if (!finest) throw new RangeError('a slide without levels');
  const limiter = new Limiter(DECODES_AT_ONCE);
  const damage = new Map<string, DamagedArea>();
  const storedCache = new TileCache(STORED_CACHE_BYTES);
  // A cache of their own: a walk over many stored tiles must not push out what took many of them to make.
  const halvedCache = new TileCache(HALVED_CACHE_BYTES);
  const cached = (level: TileLevel, index: number): CachedLevel => {
    const bytes = level.tileWidth * level.tileHeight * 3;
    const isStored = index < stored.length;
    return {
      ...level,
      damage: isStored ? new Map<string, DamagedArea>() : damage,
      downsample: (finest.width / level.width + finest.height / level.height) / 2,
      read: (column, row) =>
        (isStored ? storedCache : halvedCache).get(`${index}/${column}/${row}`, bytes, () =>
          // A halved tile waits for finer ones, so it must not hold a place that they need.
          isStored ? limiter.run(() => level.decode(column, row)) : level.decode(column, row),
        ),
    };
  };
  const levels = stored.map(cached);
  for (
    let last = levels.at(-1);
    last && Math.max(last.width, last.height) > COARSEST_SIDE;
    last = levels.at(-1)
  )
    levels.push(cached(halvedLevel(last, forgiving(last, levels.slice(0, -1), damage)), levels.length));
  return levels;
}

/** Reads a level's tiles for halving; what is damaged in the `finer` levels too is grey and noted in `damage`. */
function forgiving(
  level: CachedLevel,
  finer: readonly CachedLevel[],
  damage: Map<string, DamagedArea>,
): ReadTile {
  return (column, row) =>
    readTile(level, finer, column, row, (area) => damage.set(`${area.x}/${area.y}`, area));
}
