import sharp from 'sharp';
import { isInk } from './ink.ts';
import type { RgbImage } from './slide.ts';

/** Evens out the noise of a camera and of compression; a membrane of fat is hardly wider. */
const BLUR_MICRONS = 6;
/** What glass may be tinted; beyond it is tissue that fills the whole image. */
const MOST_TINT = 5;
const GLASS_LEAST = 200;

/** How a difference of colours, of either sign and finer than 1, lies in a byte. */
export const MAGENTA = { zero: 64, scale: 4 };

/** What is looked at to tell tissue from glass, as bytes per pixel. */
export interface ColourPlanes {
  /** Maximum − minimum of RGB, smoothed; 0 where there is ink. */
  readonly chroma: Uint8Array;
  /** Mean of red and blue − green, smoothed, as `MAGENTA` has it. */
  readonly magenta: Uint8Array;
  /** 1 where there is ink. */
  readonly ink: Uint8Array;
  /** The magenta of the glass. */
  readonly glass: number;
}

/** @param mpp microns per pixel of the image */
export async function colourPlanes(image: RgbImage, mpp: number): Promise<ColourPlanes> {
  const { data, width, height } = image;
  const chroma = new Uint8Array(width * height);
  const magenta = new Uint8Array(width * height);
  const ink = new Uint8Array(width * height);
  for (let i = 0; i < ink.length; i++) {
    const [r, g, b] = [data[i * 3] ?? 0, data[i * 3 + 1] ?? 0, data[i * 3 + 2] ?? 0];
    const inked = isInk(r, g, b);
    ink[i] = inked ? 1 : 0;
    chroma[i] = inked ? 0 : Math.max(r, g, b) - Math.min(r, g, b);
    const more = inked ? 0 : (r + b) / 2 - g;
    magenta[i] = Math.min(255, Math.max(0, MAGENTA.zero + more * MAGENTA.scale));
  }
  const sigma = Math.max(0.5, BLUR_MICRONS / mpp);
  const smoothed = await blur(magenta, width, sigma);
  return {
    chroma: await blur(chroma, width, sigma),
    magenta: smoothed,
    ink,
    glass: glassMagenta(image, smoothed),
  };
}

/** The magenta, as a byte, of the glass: the most frequent one of bright pixels, within what glass may be tinted. */
function glassMagenta({ data }: RgbImage, magenta: Uint8Array): number {
  const histogram = new Uint32Array(256);
  magenta.forEach((value, i) => {
    if (Math.min(data[i * 3] ?? 0, data[i * 3 + 1] ?? 0, data[i * 3 + 2] ?? 0) >= GLASS_LEAST)
      histogram[value] = (histogram[value] ?? 0) + 1;
  });
  const most = histogram.reduce(
    (best, count, value) => (count > (histogram[best] ?? 0) ? value : best),
    MAGENTA.zero,
  );
  const tint = MOST_TINT * MAGENTA.scale;
  return Math.min(MAGENTA.zero + tint, Math.max(MAGENTA.zero - tint, most));
}

async function blur(plane: Uint8Array, width: number, sigma: number): Promise<Uint8Array> {
  const raw = { width, height: plane.length / width, channels: 1 as const };
  return sharp(plane, { raw }).blur(sigma).extractChannel(0).raw().toBuffer();
}
