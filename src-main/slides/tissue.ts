import sharp from 'sharp';
import { fillSmallRegions } from './maskRegions.ts';
import { otsuThreshold } from './otsu.ts';
import type { OpenSlide, RgbImage } from './slide.ts';

/** Where a slide shows tissue, at a low resolution. */
export interface TissueMask {
  readonly width: number;
  readonly height: number;
  /** Level-0 pixels per mask pixel. */
  readonly downsample: number;
  /** 1 where there is tissue, else 0; row-major. */
  readonly data: Uint8Array;
}

/** Microns per mask pixel: fine enough for a patch's outline, coarse enough for a whole slide in a second. */
const MASK_MPP = 8;
/** Stored levels between these are used as they are. */
const USABLE_MPP = { from: 6, to: 20 };
/** Taken where the slide does not say: a scan at 20x. */
const USUAL_MPP = 0.5;

/** Spreads the colour of cell borders over the pale cytoplasm between them. */
const BLUR_MICRONS = 16;
/** Smaller specks are dust, smaller holes are lumina: both below the size of a patch. */
const SMALLEST_SQUARE_MICRONS = 100 * 100;
/**
 * Bounds of the threshold on chroma (0–255). Clean glass stays below the lower one, compression noise included; even
 * pale tissue exceeds the upper one. They decide when there is only glass or only tissue, which Otsu's method would
 * still split.
 */
const THRESHOLD = { least: 7, most: 16 };
/** Green exceeds red by this much in green and blue marker ink, but in no usual stain. */
const INK_GREEN_OVER_RED = 35;

/**
 * Finds the tissue of a brightfield slide.
 * @param mpp microns per pixel of level 0; null where unknown
 */
export async function findTissue(
  slide: OpenSlide,
  mpp: number | null,
  signal?: AbortSignal,
): Promise<TissueMask> {
  const { width, height, levels } = slide.info;
  const level0 = mpp ?? USUAL_MPP;
  const stored = levels.find(
    ({ downsample }) => downsample * level0 >= USABLE_MPP.from && downsample * level0 <= USABLE_MPP.to,
  );
  const downsample = stored?.downsample ?? Math.max(1, MASK_MPP / level0);
  const image = await slide.readRegion(
    { x: 0, y: 0, width: Math.ceil(width / downsample), height: Math.ceil(height / downsample), downsample },
    signal,
  );
  return {
    width: image.width,
    height: image.height,
    downsample,
    data: await tissueOf(image, level0 * downsample),
  };
}

/**
 * Tissue in an image of a stained section on bright glass: its chroma (maximum − minimum of RGB), smoothed, thresholded
 * by Otsu's method on the square root (tissue spreads wide and glass is a narrow peak: without the root, pale tissue is
 * lost), inked pixels excluded, specks removed and small holes filled. Grey dirt, black borders and pencil have no
 * chroma.
 * @param mpp microns per pixel of the image
 * @returns 1 for tissue, else 0
 */
export async function tissueOf(image: RgbImage, mpp: number): Promise<Uint8Array> {
  const pixels = image.width * image.height;
  const chroma = new Uint8Array(pixels);
  const ink = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const [r, g, b] = [image.data[i * 3] ?? 0, image.data[i * 3 + 1] ?? 0, image.data[i * 3 + 2] ?? 0];
    ink[i] = g - r > INK_GREEN_OVER_RED ? 1 : 0;
    chroma[i] = ink[i] ? 0 : Math.max(r, g, b) - Math.min(r, g, b);
  }
  const smooth = await blur(chroma, image.width, image.height, Math.max(0.5, BLUR_MICRONS / mpp));
  const roots = smooth.map((value) => Math.round(Math.sqrt(value * 255)));
  const otsu = otsuThreshold(roots) ** 2 / 255;
  const threshold = Math.min(THRESHOLD.most, Math.max(THRESHOLD.least, otsu));
  const mask = smooth.map((value, i) => (value > threshold && !ink[i] ? 1 : 0));
  const smallest = SMALLEST_SQUARE_MICRONS / mpp ** 2;
  fillSmallRegions(mask, image.width, 1, smallest);
  fillSmallRegions(mask, image.width, 0, smallest);
  return mask;
}

async function blur(plane: Uint8Array, width: number, height: number, sigma: number): Promise<Uint8Array> {
  const blurred = sharp(plane, { raw: { width, height, channels: 1 } }).blur(sigma);
  return blurred.extractChannel(0).raw().toBuffer();
}
