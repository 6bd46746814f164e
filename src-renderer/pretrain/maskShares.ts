import { vocRgb } from '../../src-main/contract/palette.ts';

export interface ClassShare {
  readonly index: number;
  /** Of all pixels, 0–1. */
  readonly share: number;
}

/** Shares below this are specks. */
const LEAST = 0.002;

/**
 * Which classes a coloured mask shows, the largest first.
 * @param rgba of every pixel, 0–255; transparent is background
 * @param classes number of classes, the background being the first
 */
export function maskShares(rgba: ArrayLike<number>, classes: number): ClassShare[] {
  const byColour = new Map(Array.from({ length: classes }, (_, index) => [packed(vocRgb(index)), index]));
  const counts = new Array<number>(classes).fill(0);
  const pixels = rgba.length / 4;
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = packed([rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0]);
    const index = rgba[at + 3] === 0 ? 0 : (byColour.get(colour) ?? 0);
    counts[index]!++;
  }
  return counts
    .map((count, index) => ({ index, share: count / pixels }))
    .filter(({ share }) => share >= LEAST)
    .toSorted((a, b) => b.share - a.share);
}

const packed = ([red, green, blue]: readonly [number, number, number]): number =>
  (red << 16) | (green << 8) | blue;
