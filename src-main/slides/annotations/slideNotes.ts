import { counted, percent } from '../../base/words.ts';
import type { PatchCutting } from '../../contract/values/annotations.ts';
import type { SlideInfo } from '../slide.ts';
import type { Squares } from './coverage.ts';
import { boundsOf } from './geometry.ts';
import type { Annotation } from './readAnnotations.ts';

/** Finer than the slide by more than this, and pixels are made up. */
const FINER = 1.1;

/** What the user should know of a slide's annotations, as sentences. @param side of a patch; @param mpp of the slide */
export function slideNotes(
  list: readonly Annotation[],
  slide: Pick<SlideInfo, 'width' | 'height'>,
  side: number,
  { coverage, mpp: wanted }: Pick<PatchCutting, 'coverage' | 'mpp'>,
  mpp: number | null,
): string[] {
  const outside = list.filter((annotation) => !touches(annotation, slide)).length;
  const small = list.filter(
    ({ className, area }) => className !== null && area < coverage * side * side,
  ).length;
  const notes: string[] = [];
  if (outside > 0)
    notes.push(
      `${counted(outside, 'annotation')} of ${list.length.toLocaleString('en')} ${outside === 1 ? 'lies' : 'lie'} outside the slide: are these annotations of another slide?`,
    );
  if (small > 0)
    notes.push(
      `${counted(small, 'annotation')} ${small === 1 ? 'is' : 'are'} too small: less than ${percent(coverage)} of a patch.`,
    );
  if (wanted !== null && mpp !== null && mpp > wanted * FINER)
    notes.push(
      `The slide has ${mpp} µm per pixel. Patches at ${wanted} µm are enlarged; they show no more than it holds.`,
    );
  return notes;
}

/** What the user should know of the squares that are glass: where there is nothing else, the tissue may not have been recognised. */
export function glassNotes({ squares, glass }: { squares: Squares; glass: Squares }): string[] {
  const count = glass.classIndices.length;
  if (count === 0 || squares.classIndices.length > 0) return [];
  return [
    `All covered squares (${count.toLocaleString('en')}) are left out as glass. Only stained tissue is told from it.`,
  ];
}

function touches({ polygons }: Annotation, { width, height }: Pick<SlideInfo, 'width' | 'height'>): boolean {
  return polygons.some(([outline]) => {
    if (!outline) return false;
    const { left, top, right, bottom } = boundsOf(outline);
    return left < width && right > 0 && top < height && bottom > 0;
  });
}
