import type { Directory } from './directories.ts';
import { TAG } from './tags.ts';

const MICRONS_PER_UNIT: Record<number, number> = { 2: 25_400, 3: 10_000 }; // inch, centimetre
/** Beyond this it is the resolution of a printer or a screen (72 dpi would be 353 µm/px), not of a microscope. */
const PLAUSIBLE = { from: 0.01, to: 10 };

/** Microns per pixel of level 0 from the resolution tags, else from OME-XML; null where neither makes sense. */
export function micronsPerPixel(directory: Directory): number | null {
  const perUnit = MICRONS_PER_UNIT[directory.number(TAG.resolutionUnit, 2)] ?? NaN;
  const fromTags =
    (perUnit / directory.number(TAG.xResolution, NaN) + perUnit / directory.number(TAG.yResolution, NaN)) / 2;
  return plausibleMpp(fromTags) ?? omeMicronsPerPixel(directory.text(TAG.imageDescription));
}

/** A value that a microscope can have; null otherwise, NaN included. */
export function plausibleMpp(mpp: number): number | null {
  return mpp >= PLAUSIBLE.from && mpp <= PLAUSIBLE.to ? mpp : null;
}

/** OME-XML's PhysicalSizeX; its unit is the micron unless PhysicalSizeXUnit says otherwise. */
function omeMicronsPerPixel(description: string): number | null {
  const size = Number(/\bPhysicalSizeX="([^"]+)"/.exec(description)?.[1] ?? NaN);
  const unit = /\bPhysicalSizeXUnit="([^"]+)"/.exec(description)?.[1] ?? 'µm';
  return plausibleMpp(unit === 'nm' ? size / 1000 : unit === 'mm' ? size * 1000 : size);
}
