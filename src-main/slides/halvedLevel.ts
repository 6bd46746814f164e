import type { TileLevel } from './slide.ts';

/** Gives the decoded tile of a level, usually from a cache. */
export type ReadTile = (column: number, row: number) => Promise<Uint8Array>;

/** A level at half the resolution of `finer`, each tile made from up to four of its tiles by averaging 2 x 2 pixels. */
export function halvedLevel(finer: TileLevel, readFiner: ReadTile): TileLevel {
  const { tileWidth, tileHeight } = finer;
  const width = Math.ceil(finer.width / 2);
  const height = Math.ceil(finer.height / 2);

  async function decode(column: number, row: number): Promise<Uint8Array> {
    const tile = new Uint8Array(tileWidth * tileHeight * 3).fill(255);
    const quarters = [0, 1, 2, 3].map((i) => ({ column: column * 2 + (i & 1), row: row * 2 + (i >> 1), i }));
    await Promise.all(
      quarters.map(async ({ column: c, row: r, i }) => {
        const left = c * tileWidth;
        const top = r * tileHeight;
        if (left >= finer.width || top >= finer.height) return;
        const source = await readFiner(c, r);
        // Only what the level holds: the rest of an edge tile is undefined.
        const sourceWidth = Math.min(tileWidth, finer.width - left);
        const sourceHeight = Math.min(tileHeight, finer.height - top);
        const corner = ((i >> 1) * (tileHeight >> 1) * tileWidth + (i & 1) * (tileWidth >> 1)) * 3;
        halveInto(tile, corner, tileWidth, source, sourceWidth, sourceHeight);
      }),
    );
    return tile;
  }

  return { width, height, tileWidth, tileHeight, decode, storedJpeg: () => Promise.resolve(null) };
}

/**
 * Averages 2 x 2 pixels; the last column and row of an odd side stand for themselves. Both images have rows of `stride`
 * pixels.
 */
function halveInto(
  target: Uint8Array,
  corner: number,
  stride: number,
  source: Uint8Array,
  sourceWidth: number,
  sourceHeight: number,
): void {
  for (let y = 0; y < sourceHeight; y += 2) {
    const upper = y * stride * 3;
    const lower = (y + 1 < sourceHeight ? y + 1 : y) * stride * 3;
    let out = corner + (y >> 1) * stride * 3;
    for (let x = 0; x < sourceWidth; x += 2) {
      const left = x * 3;
      const right = (x + 1 < sourceWidth ? x + 1 : x) * 3;
      for (let channel = 0; channel < 3; channel++)
        target[out++] =
          (source[upper + left + channel]! +
            source[upper + right + channel]! +
            source[lower + left + channel]! +
            source[lower + right + channel]! +
            2) >>
          2;
    }
  }
}
