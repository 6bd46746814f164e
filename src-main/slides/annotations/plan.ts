import { UserError } from '../../base/errors.ts';
import type { PatchCutting } from '../../contract/values/annotations.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { naturalOrder } from '../../data/import/names.ts';
import { openSlide } from '../open.ts';
import type { SlideInfo } from '../slide.ts';
import { coveredSquares, type Squares } from './coverage.ts';
import { glassClasses, tissueOf, withoutGlass } from './glass.ts';
import { cuttingGrid, type CuttingGrid } from './grid.ts';
import { slideTissue } from './keptTissue.ts';
import type { AnnotatedSource, Pair } from './pairs.ts';
import { readAnnotations, type Annotation } from './readAnnotations.ts';
import { glassNotes, slideNotes } from './slideNotes.ts';

/** What will be cut from a slide. */
export interface SlidePlan {
  readonly pair: Pair;
  /** Why nothing will be cut, as a sentence; null: it will. */
  readonly problem: string | null;
  /** Microns per pixel of level 0, the user's where the file states none. */
  readonly mpp: number | null;
  /** Of a patch, and from one square to the next, in level-0 pixels. */
  readonly side: number;
  readonly stride: number;
  /** In the order of `CuttingPlan.classNames`. */
  readonly squares: Squares;
  /** Covered, too, but left out as glass. */
  readonly glass: Squares;
  /** Annotations of each class. */
  readonly annotations: ReadonlyMap<string, number>;
  readonly notes: readonly string[];
  /** Features that cannot be used, as sentences. */
  readonly wrong: readonly string[];
  /** Kept for the slide that is drawn only. */
  readonly drawn: {
    readonly width: number;
    readonly height: number;
    readonly list: readonly Annotation[];
  } | null;
}

export interface CuttingPlan {
  /** All annotated ones in natural order, also those without patches. */
  readonly classNames: readonly string[];
  readonly slides: readonly SlidePlan[];
  /** Those that are meant to be glass: of them no square is left out. */
  readonly glassClasses: readonly string[];
}

export interface PlanOptions {
  readonly signal: AbortSignal;
  /** Which slide's outlines are kept. */
  readonly drawn?: number;
  /** Where the tissue of slides is kept for the next plan. */
  readonly tissueFolder?: string;
  readonly onSlide?: (done: number, total: number) => void;
}

/** More squares than this on a slide are a mistake in the sizes. */
const MOST_SQUARES = 5_000_000;
const NO_TISSUE = new Float64Array();
const NONE: Squares = { corners: new Int32Array(), classIndices: new Int32Array() };
/** Of a slide, or annotations, that cannot be read. */
const NOTHING = {
  ...{ mpp: null, side: 0, stride: 1, squares: NONE, glass: NONE },
  ...{ notes: [], wrong: [], drawn: null, names: [], tissue: NO_TISSUE },
};

/** A slide before its glass is left out. */
interface Covered extends SlidePlan {
  /** What the class indices are positions in. */
  readonly names: readonly string[];
  /** The share of each square that is tissue; empty where nobody asks. */
  readonly tissue: Float64Array;
}

/**
 * Which patches are cut from which slides. Reads annotations and the slides' sizes; pixels only where glass is to be left out.
 * @throws the signal's reason when aborted
 */
export async function planCutting(
  { pairs }: AnnotatedSource,
  cutting: PatchCutting,
  { signal, drawn, tissueFolder, onSlide }: PlanOptions,
): Promise<CuttingPlan> {
  const slides: Covered[] = [];
  for (const [index, pair] of pairs.entries()) {
    signal.throwIfAborted();
    onSlide?.(index, pairs.length);
    const plan = await planSlide(pair, cutting, { signal, folder: tissueFolder ?? null });
    slides.push(index === drawn ? plan : { ...plan, drawn: null });
  }
  const classNames = [...new Set(slides.flatMap(({ annotations }) => [...annotations.keys()]))].sort(
    naturalOrder,
  );
  const covered = slides.map(({ names, ...plan }) => ({
    ...plan,
    squares: {
      corners: plan.squares.corners,
      classIndices: plan.squares.classIndices.map((own) => classNames.indexOf(names[own] ?? '')),
    },
  }));
  if (cutting.leastTissue === 0) return { classNames, slides: covered, glassClasses: [] };
  const whole = glassClasses(covered, classNames.length);
  return {
    classNames,
    slides: covered.map((slide) => {
      const parts = withoutGlass(slide, cutting.leastTissue, whole);
      return { ...slide, ...parts, notes: [...slide.notes, ...glassNotes(parts)] };
    }),
    glassClasses: classNames.filter((_name, i) => whole.has(i)),
  };
}

async function planSlide(
  pair: Pair,
  cutting: PatchCutting,
  options: { readonly signal: AbortSignal; readonly folder: string | null },
): Promise<Covered> {
  const annotations = new Map<string, number>();
  try {
    const { list, notes, wrong } = await readAnnotations(pair.annotationsFile);
    for (const { className } of list)
      if (className !== null) annotations.set(className, (annotations.get(className) ?? 0) + 1);
    const info = await slideInfo(pair.slideFile);
    const mpp = info.mpp ?? cutting.slideMpp;
    const grid = cuttingGrid(info, cutting, mpp);
    const problem =
      whyNot(info, grid, cutting, mpp) ?? (annotations.size === 0 ? noAnnotations(wrong) : null);
    const names = [...annotations.keys()];
    const wanted = (name: string | null) =>
      name === null || cutting.without.includes(name) ? null : names.indexOf(name);
    const layers = list.map(({ className, polygons, area }) => ({
      polygons,
      classIndex: wanted(className),
      area: className === null ? 0 : area, // Ignore* lies on top, however large it is
    }));
    const squares =
      problem === null
        ? await coveredSquares(layers, grid, names.length, cutting.coverage, options.signal)
        : NONE;
    return {
      ...{ pair, problem, mpp, annotations, wrong, names, side: grid.side, stride: grid.stride },
      ...{ squares, glass: NONE },
      tissue:
        cutting.leastTissue > 0 && squares.classIndices.length > 0
          ? tissueOf(squares, grid.side, await slideTissue(pair.slideFile, mpp, options))
          : NO_TISSUE,
      notes: [...notes, ...slideNotes(list, info, grid.side, cutting, mpp)],
      drawn: { width: info.width, height: info.height, list },
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...NOTHING, pair, problem: error.message, annotations };
  }
}

async function slideInfo(file: string): Promise<SlideInfo> {
  const slide = await openSlide(file);
  await slide.close();
  return slide.info;
}

function whyNot(
  { name, width, height }: SlideInfo,
  { columns, rows, side }: CuttingGrid,
  { mpp: wanted }: PatchCutting,
  mpp: number | null,
): string | null {
  if (wanted !== null && mpp === null)
    return `${name} does not state its microns per pixel. Enter those of its finest level, or cut the patches in the slides’ own pixels.`;
  if (columns === 0 || rows === 0)
    return `${name} has ${width} x ${height} pixels, less than one patch of ${side} x ${side}.`;
  if (columns * rows > MOST_SQUARES)
    return `${name} would fall into ${(columns * rows).toLocaleString('en')} squares of ${side} x ${side} pixels. Choose larger patches, or less overlap.`;
  return null;
}

const noAnnotations = (wrong: readonly string[]): string =>
  wrong.length > 0
    ? 'None of its annotations can be used.'
    : 'Its file of annotations holds no area with a class.';

/** Features that cannot be used, and slides from which nothing is cut. */
export function brokenOf(plan: CuttingPlan): BrokenFile[] {
  return plan.slides.flatMap(({ pair, problem, wrong }) => [
    ...(problem === null ? [] : [{ path: pair.slide, reason: problem }]),
    ...wrong.map((reason) => ({ path: pair.annotations, reason })),
  ]);
}

/** Patches, or squares left out as glass, of each class on a slide. */
export function patchesOn(
  slide: SlidePlan,
  { classNames }: CuttingPlan,
  of: 'squares' | 'glass' = 'squares',
): number[] {
  const counts = classNames.map(() => 0);
  for (const index of slide[of].classIndices) counts[index]! += 1;
  return counts;
}

/** Over all slides. */
export function patchesPerClass(plan: CuttingPlan, of: 'squares' | 'glass' = 'squares'): number[] {
  const each = plan.slides.map((slide) => patchesOn(slide, plan, of));
  return plan.classNames.map((_name, i) => each.reduce((sum, counts) => sum + counts[i]!, 0));
}
