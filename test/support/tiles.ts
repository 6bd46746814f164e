import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src-main/base/random.ts';

/** Stripes across, stripes down, and blobs: three classes that a tiny network tells apart and a mean colour does not. */
export const TILE_CLASSES = ['across', 'down', 'spots'] as const;

/**
 * Writes `perClass` PNG tiles of `side` pixels into one folder per class below `folder`, for tests that need images whose
 * labels can be learnt within seconds.
 */
export async function writeTiles(folder: string, perClass: number, side = 32, seed = 1): Promise<void> {
  for (const [index, name] of TILE_CLASSES.entries()) {
    await mkdir(path.join(folder, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      const file = path.join(folder, name, `${name}-${String(i).padStart(3, '0')}.png`);
      await sharp(tile(index, side, Random.from(seed, name, i)), {
        raw: { width: side, height: side, channels: 3 },
      })
        .png()
        .toFile(file);
    }
  }
}

function tile(classIndex: number, side: number, random: Random): Buffer {
  const pixels = Buffer.alloc(side * side * 3);
  const wave = (2 * Math.PI) / (4 + random.integer(4));
  const [phase, red] = [random.between(0, 6), 150 + random.integer(60)];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const across = Math.sin(wave * y + phase);
      const down = Math.sin(wave * x + phase);
      const value = [across, down, Math.SQRT2 * across * down][classIndex] ?? 0;
      const noise = random.between(-12, 12);
      const at = (y * side + x) * 3;
      pixels[at] = red + 30 * value + noise;
      pixels[at + 1] = 110 + 50 * value + noise;
      pixels[at + 2] = 160 + 30 * value + noise;
    }
  }
  return pixels;
}

/**
 * Writes a pyramidal tiled TIFF: one quadrant per tile class on white glass, the fourth left empty.
 * @param side of the square slide, in pixels; a multiple of 4
 */
export async function writeTileSlide(file: string, side = 1024, seed = 2): Promise<void> {
  const tissue = side / 2 - side / 8;
  const places = [
    [side / 8, side / 8],
    [side / 2, side / 8],
    [side / 8, side / 2],
  ] as const;
  const composed = sharp({
    create: { width: side, height: side, channels: 3, background: '#f4f2f4' },
  }).composite(
    places.map(([left, top], index) => ({
      input: tile(index, tissue, Random.from(seed, 'slide', index)),
      raw: { width: tissue, height: tissue, channels: 3 },
      left,
      top,
    })),
  );
  await composed
    .tiff({ tile: true, tileWidth: 256, tileHeight: 256, pyramid: true, compression: 'jpeg', quality: 90 })
    .toFile(file);
}
