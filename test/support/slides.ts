import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type TiffOptions } from 'sharp';
import { afterAll } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import type { RgbImage } from '../../src-main/slides/slide.ts';
import { openBounded } from '../../src-main/slides/tiff/boundedFile.ts';
import { readDirectories } from '../../src-main/slides/tiff/directories.ts';
import { TAG } from '../../src-main/slides/tiff/tags.ts';
import { REAL_DATA } from './realData.ts';

/** The path of a real slide; only where there is REAL_DATA. */
export const realSlide = (name: string): string => path.join(REAL_DATA ?? '', 'slides', name);

/** A folder that goes away with the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-slides-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Soft blobs on a gradient, different everywhere, so that a tile in the wrong place is seen. */
export function testImage(width: number, height: number): RgbImage {
  const random = Random.from(5, 'slide');
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(
        [
          (x * 255) / width,
          (y * 255) / height,
          128 + 100 * Math.sin(x / 9) * Math.cos(y / 7) + random.integer(8),
        ],
        (y * width + x) * 3,
      );
  return { width, height, data };
}

/** Writes an image as TIFF with libvips: tiled pyramid, 64-pixel tiles, 0.5 µm per pixel unless told otherwise. */
export async function writeTiff(file: string, image: RgbImage, options: TiffOptions = {}): Promise<void> {
  await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .tiff({ tile: true, tileWidth: 64, tileHeight: 64, pyramid: true, xres: 2000, yres: 2000, ...options })
    .toFile(file);
}

/** Overwrites tiles of a level of a tiled TIFF, so that they cannot be decoded. @param tiles each [column, row] */
export async function damageTiles(
  file: string,
  level: number,
  tiles: readonly (readonly [number, number])[],
): Promise<void> {
  const bounded = await openBounded(file);
  const directories = await readDirectories(bounded);
  await bounded.close();
  const directory = directories[level];
  if (!directory) throw new RangeError(`${file} has no level ${level}`);
  const columns = Math.ceil(directory.number(TAG.imageWidth, 0) / directory.number(TAG.tileWidth, 1));
  const [offsets, lengths] = [directory.numbers(TAG.tileOffsets), directory.numbers(TAG.tileByteCounts)];
  const bytes = readFileSync(file);
  for (const [column, row] of tiles) {
    const tile = row * columns + column;
    const at = offsets[tile] ?? 0;
    bytes.fill(0xa5, at, at + (lengths[tile] ?? 0));
  }
  writeFileSync(file, bytes);
}

/** The mean absolute difference per channel value. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
