import { colourPlanes, MAGENTA } from './colourPlanes.ts';
import type { DamagedArea } from './damagedTile.ts';
import { fillSmallRegions } from './maskRegions.ts';
import { dilate, erode } from './morphology.ts';
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

/** Masks are kept by it: higher with every change of what is found. */
export const TISSUE_VERSION = 1;

/** Microns per mask pixel: fine enough for a patch's outline, coarse enough for a whole slide in a second. */
const MASK_MPP = 8;
/** Stored levels between these are used as they are. */
const USABLE_MPP = { from: 6, to: 20 };
/** Taken where the slide does not say: a scan at 20x. */
const USUAL_MPP = 0.5;

/**
 * Bounds of the threshold on chroma (0–255). Clean glass stays below the lower one, compression noise included; even
 * pale tissue exceeds the upper one. They decide when there is only glass or only tissue, which Otsu's method would
 * still split.
 */
const CHROMA = { least: 7, most: 16 };
/** So much more magenta than the glass is a trace of stain. Tinted glass and compression noise are rarely magenta. */
const TRACE = 5;
/** Stained pixels that touch fewer than this are noise. */
const SMALLEST_TRACE_MICRONS = 24;
/** Gaps in membranes that are bridged, on either side. */
const BRIDGE_MICRONS = 16;
/** By so much the blur and a low threshold lay the outline outside of the tissue. */
const HALO_MICRONS = 8;
/** Between ink and glass the colours mix; so far they are not trusted. (A stroke is wider than the smallest region.) */
const INK_RIM_MICRONS = 24;
/** Smaller specks are dust, smaller holes are lumina and the vacuoles of fat: below the size of a patch. */
const SMALLEST_MICRONS = 100;

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
  const damaged: DamagedArea[] = [];
  const image = await slide.readRegion(
    { x: 0, y: 0, width: Math.ceil(width / downsample), height: Math.ceil(height / downsample), downsample },
    signal,
    (area) => damaged.push(area),
  );
  const mask = {
    width: image.width,
    height: image.height,
    downsample,
    data: await tissueOf(image, level0 * downsample),
  };
  for (const area of damaged) markAsTissue(mask, area);
  return mask;
}

/** What the overview does not show may be tissue: its patches are tried, and counted where they cannot be read either. */
function markAsTissue({ data, width, height, downsample }: TissueMask, area: DamagedArea): void {
  const right = Math.min(width, Math.ceil((area.x + area.width) / downsample));
  const bottom = Math.min(height, Math.ceil((area.y + area.height) / downsample));
  const left = Math.floor(area.x / downsample);
  for (let y = Math.floor(area.y / downsample); y < bottom; y++)
    data.fill(1, y * width + left, y * width + right);
}

/**
 * Tissue in an image of a section on bright glass, from its colour: grey dirt, black borders and pencil have none. Stained
 * is what has chroma (maximum − minimum of RGB) above Otsu's threshold on its square root (tissue spreads wide and glass
 * is a narrow peak: without the root, pale tissue is lost), or a trace of magenta, as eosin and haematoxylin are: the
 * membranes of fat have no more. Gaps between them are bridged, the holes that they enclose filled, specks removed, and
 * ink left out.
 * @param mpp microns per pixel of the image
 * @returns 1 for tissue, else 0
 */
export async function tissueOf(image: RgbImage, mpp: number): Promise<Uint8Array> {
  const { width } = image;
  const pixels = (microns: number) => Math.round(microns / mpp);
  const area = (side: number) => (side / mpp) ** 2;
  const { chroma, magenta, ink, glass } = await colourPlanes(image, mpp);
  fillSmallRegions(ink, width, 1, area(SMALLEST_MICRONS));
  dilate(ink, width, pixels(INK_RIM_MICRONS));

  const otsu = otsuThreshold(chroma.map((value) => Math.round(Math.sqrt(value * 255)))) ** 2 / 255;
  const stained = Math.min(CHROMA.most, Math.max(CHROMA.least, otsu));
  const trace = glass + TRACE * MAGENTA.scale;
  const mask = chroma.map((value, i) => ((value > stained || (magenta[i] ?? 0) > trace) && !ink[i] ? 1 : 0));

  fillSmallRegions(mask, width, 1, area(SMALLEST_TRACE_MICRONS));
  dilate(mask, width, pixels(BRIDGE_MICRONS));
  fillSmallRegions(mask, width, 0, area(SMALLEST_MICRONS));
  erode(mask, width, pixels(BRIDGE_MICRONS + HALO_MICRONS));
  ink.forEach((value, i) => value && (mask[i] = 0));
  fillSmallRegions(mask, width, 1, area(SMALLEST_MICRONS));
  return mask;
}
