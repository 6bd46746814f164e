import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type TiffOptions } from 'sharp';
import { afterAll } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import type { RgbImage } from '../../src-main/slides/slide.ts';
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

/** The mean absolute difference per channel value. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
