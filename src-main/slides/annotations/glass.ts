import { tissueShares } from '../grid.ts';
import type { TissueMask } from '../tissue.ts';
import type { Squares } from './coverage.ts';

/** Squares of a slide with `tissueOf` them. */
export interface MeasuredSquares {
  readonly squares: Squares;
  readonly tissue: Float64Array;
}

/**
 * Below this share of tissue a class is glass, and meant to be. Of a background that is covered by three quarters, as by default, no square has
 * more, while outlines that were drawn too wide hold mostly tissue.
 */
export const GLASS_CLASS = 0.25;

/** The share of each square that is tissue, 0–1. @param side in level-0 pixels */
export function tissueOf({ corners, classIndices }: Squares, side: number, mask: TissueMask): Float64Array {
  const share = tissueShares(mask);
  return Float64Array.from(classIndices, (_, i) => share(corners[i * 2]!, corners[i * 2 + 1]!, side));
}

/**
 * Classes that are glass over all slides: background, empty, lumina. Whoever annotates these wants them. Does not depend on the least share, so
 * that raising it never brings patches back.
 * @param classes their number
 */
export function glassClasses(slides: readonly MeasuredSquares[], classes: number): ReadonlySet<number> {
  const [tissue, squares] = [new Float64Array(classes), new Float64Array(classes)];
  for (const slide of slides)
    slide.squares.classIndices.forEach((classIndex, i) => {
      tissue[classIndex]! += slide.tissue[i]!;
      squares[classIndex]! += 1;
    });
  const indices = Array.from({ length: classes }, (_, i) => i);
  return new Set(indices.filter((i) => squares[i]! > 0 && tissue[i]! < GLASS_CLASS * squares[i]!));
}

/** Parts the squares to keep from those that are left out as glass, in the same order. @param whole classes of which all are kept */
export function withoutGlass(
  { squares, tissue }: MeasuredSquares,
  leastTissue: number,
  whole: ReadonlySet<number>,
): { readonly squares: Squares; readonly glass: Squares } {
  const isKept = (i: number) => tissue[i]! >= leastTissue || whole.has(squares.classIndices[i]!);
  return {
    squares: chosen(squares, isKept),
    glass: chosen(squares, (i) => !isKept(i)),
  };
}

const chosen = ({ corners, classIndices }: Squares, isChosen: (square: number) => boolean): Squares => ({
  corners: corners.filter((_, i) => isChosen(i >> 1)),
  classIndices: classIndices.filter((_, i) => isChosen(i)),
});
