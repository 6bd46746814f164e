import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { SlideLevel } from '../../contract/values/slide.ts';
import { burnLabel } from './label.ts';
import { planSlide } from './slidePlan.ts';
import { renderSlideTile } from './slideTile.ts';
import { StripTiff } from './stripTiff.ts';
import { createPlane, SYNTHETIC_MPP } from './tissues.ts';

const TILE = 256;

export interface SlideOptions {
  readonly signal: AbortSignal;
  /** Called with the share that is done, 0–1. */
  readonly onProgress: (fraction: number) => void;
}

/** Share of the time that drawing takes; the rest is compression. */
const DRAWING = 0.8;

/**
 * Draws the synthetic slide and writes it as a pyramidal tiled TIFF with 0.5 µm/px in its resolution tags: into a file
 * beside it, then renamed. Memory stays constant: the slide is drawn in strips.
 * @returns the pyramid's levels as they are in the file
 * @throws the signal's reason when aborted
 */
export async function writeSyntheticSlide(
  file: string,
  side: number,
  seed: number,
  { signal, onProgress }: SlideOptions,
): Promise<SlideLevel[]> {
  const [strips, pyramid] = [`${file}.strips.tmp`, `${file}.tmp`];
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await drawStrips(strips, side, seed, signal, (done) => onProgress(done * DRAWING));
    await unlessAborted(writePyramid(strips, pyramid), signal);
    const levels = await readLevels(pyramid);
    await rename(pyramid, file);
    onProgress(1);
    return levels;
  } finally {
    await Promise.all([strips, pyramid].map((name) => rm(name, { force: true })));
  }
}

async function drawStrips(
  file: string,
  side: number,
  seed: number,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<void> {
  const plane = createPlane(seed, 'slide');
  const plan = planSlide(side, seed, plane.noise);
  const tiff = await StripTiff.create(file, side, side, TILE);
  try {
    for (let top = 0; top < side; top += TILE) {
      const height = Math.min(TILE, side - top);
      const strip = new Uint8Array(side * height * 3);
      for (let left = 0; left < side; left += TILE) {
        const window = { x: left, y: top, width: Math.min(TILE, side - left), height };
        renderSlideTile(window, plan, plane, strip, left * 3, side * 3);
      }
      burnLabel(strip, side, top);
      await tiff.append(strip); // lets a cancellation through
      signal.throwIfAborted();
      onProgress((top + height) / side);
    }
  } finally {
    await tiff.close();
  }
}

async function writePyramid(source: string, target: string): Promise<void> {
  const pixelsPerMillimetre = 1000 / SYNTHETIC_MPP;
  await sharp(source, { limitInputPixels: false, sequentialRead: true })
    .tiff({
      tile: true,
      tileWidth: TILE,
      tileHeight: TILE,
      pyramid: true,
      compression: 'jpeg',
      quality: 88,
      xres: pixelsPerMillimetre,
      yres: pixelsPerMillimetre,
      resolutionUnit: 'cm',
    })
    .toFile(target);
}

async function readLevels(file: string): Promise<SlideLevel[]> {
  const { pages = 1, width: fullWidth } = await sharp(file, { limitInputPixels: false }).metadata();
  const levels: SlideLevel[] = [];
  for (let page = 0; page < pages; page++) {
    const { width, height } = await sharp(file, { page, limitInputPixels: false }).metadata();
    levels.push({ width, height, tileWidth: TILE, tileHeight: TILE, downsample: fullWidth / width });
  }
  return levels;
}

/** libvips cannot be interrupted; the worker's process ends soon after a cancellation, and its work with it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}
