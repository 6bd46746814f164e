import { UserError } from '../../base/errors.ts';
import type { CuttingPreview } from '../../contract/values/annotations.ts';
import { openSlide } from '../open.ts';
import type { Squares } from './coverage.ts';
import type { CuttingPlan, SlidePlan } from './plan.ts';
import { simplified } from './simplify.ts';

type Picture = NonNullable<CuttingPreview['picture']>;

/** Of the longer side of the thumbnail, in pixels. */
const THUMBNAIL_SIDE = 640;
/** Corners of outlines, and patches: more than can be told apart would only be slow to draw. */
const MOST_CORNERS = 20_000;
const MOST_PATCHES = 20_000;

/** A slide with its annotations and the patches that will be cut; null where it has not been read. @param index of the plan's slides */
export async function pictureOf({ classNames, slides }: CuttingPlan, index: number): Promise<Picture | null> {
  const slide = slides[index];
  if (!slide?.drawn) return null;
  const { width, height } = slide.drawn;
  const thumbnail = await thumbnailOf(slide.pair.slideFile);
  if (thumbnail === null) return null;
  return {
    ...{ width, height, thumbnail, side: slide.side },
    outlines: outlinesOf(slide.drawn.list, classNames, Math.max(width, height) / THUMBNAIL_SIDE),
    ...drawnOf(slide.squares),
    glass: drawnOf(slide.glass).corners,
  };
}

/** null: it cannot be read, although it could be opened. */
async function thumbnailOf(file: string): Promise<string | null> {
  const slide = await openSlide(file);
  try {
    const jpeg = await slide.thumbnail(THUMBNAIL_SIDE);
    return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  } finally {
    await slide.close();
  }
}

/** @param pixel of the thumbnail, in level-0 pixels */
function outlinesOf(
  annotations: NonNullable<SlidePlan['drawn']>['list'],
  classNames: readonly string[],
  pixel: number,
): Picture['outlines'] {
  const named = annotations.filter(({ className }) => className !== null);
  for (let tolerance = pixel / 2; ; tolerance *= 2) {
    const outlines = named.map(({ className, polygons }) => ({
      classIndex: classNames.indexOf(className ?? ''),
      rings: polygons.flat().flatMap((ring) => {
        const simple = simplified(ring, tolerance);
        return simple ? [simple] : [];
      }),
    }));
    const shown = outlines.filter(({ rings }) => rings.length > 0);
    const corners = shown.reduce(
      (sum, { rings }) => sum + rings.reduce((all, ring) => all + ring.length / 2, 0),
      0,
    );
    if (corners <= MOST_CORNERS) return shown;
  }
}

/** All squares, or evenly chosen ones. */
function drawnOf(squares: Squares): Pick<Picture, 'corners' | 'classIndices'> {
  const count = squares.classIndices.length;
  const shown = Math.min(count, MOST_PATCHES);
  const chosen = Array.from({ length: shown }, (_, i) => Math.floor((i * count) / shown));
  return {
    corners: chosen.flatMap((i) => [squares.corners[i * 2]!, squares.corners[i * 2 + 1]!]),
    classIndices: chosen.map((i) => squares.classIndices[i]!),
  };
}
