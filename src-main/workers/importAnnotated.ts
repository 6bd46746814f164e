import sharp from 'sharp';
import { UserError } from '../base/errors.ts';
import { percent } from '../base/words.ts';
import { defaultCutting } from '../contract/cuttingDefaults.ts';
import type { PatchCutting } from '../contract/values/annotations.ts';
import type { BrokenFile } from '../contract/values/dataset.ts';
import type { ImportSpec, WorkerContext, WorkerResult } from '../contract/worker.ts';
import { cutSlide, type CutBatch, type CutOptions } from '../slides/annotations/cutSlide.ts';
import { createCutter } from '../slides/annotations/cutter.ts';
import { PackError, type GrowingPack } from '../slides/annotations/growingPack.ts';
import { removeOtherPacks, requireRoom, slidePack } from '../slides/annotations/packFolder.ts';
import { findAnnotated, type AnnotatedSource } from '../slides/annotations/pairs.ts';
import {
  brokenOf,
  patchesPerClass,
  planCutting,
  type CuttingPlan,
  type SlidePlan,
} from '../slides/annotations/plan.ts';
import { importProgress } from './importProgress.ts';

type Context = WorkerContext<'import'>;

/** Share of the whole work that reading annotations is. */
const PLANNING = 0.05;

/** What lies at the path, where it is annotated slides; null: something else. @throws UserError where it has to be these */
export async function findAnnotatedSlides(
  { path, layout, annotations }: ImportSpec,
  signal: AbortSignal,
): Promise<AnnotatedSource | null> {
  if (layout !== null && layout !== 'annotated') return null;
  return findAnnotated(path, { annotations, sure: layout === 'annotated', signal });
}

/**
 * Imports annotated slides: finds out which patches there are, reports the layout, then cuts them, slide by slide, and reports patches and
 * broken files in batches. The dataset's root is the workspace's folder, where the packs lie; what is in them already is not cut again.
 */
export async function importAnnotated(
  spec: ImportSpec,
  source: AnnotatedSource,
  context: Context,
): Promise<WorkerResult<'import'>> {
  sharp.concurrency(1); // patches are cut side by side
  const cutting = spec.cutting ?? defaultCutting();
  const planned = importProgress(context, 'Read annotations of', 0, PLANNING, 'slides');
  const plan = await planCutting(source, cutting, { signal: context.signal, onSlide: planned });
  const counts = patchesPerClass(plan);
  const learnt = plan.classNames.filter((_name, i) => counts[i]! > 0);
  const problems = [...source.leftOut, ...brokenOf(plan)];
  if (learnt.length < 2) throw new UserError(tooFew(plan, counts, cutting, problems));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const { extractTo: root } = spec;
  await requireRoom(root, total, cutting.patchSize);
  context.event({
    type: 'layout',
    layout: 'annotated',
    root,
    classNames: learnt,
    mpp: cutting.mpp ?? commonMpp(plan),
  });
  if (problems.length > 0) context.event({ type: 'broken', files: problems });

  const counted = { patches: 0, broken: problems.length };
  const report = importProgress(context, 'Cut', PLANNING, 1, 'patches');
  const classOf = plan.classNames.map((name) => learnt.indexOf(name));
  const cutter = createCutter(context.signal);
  const options = { cutter, patchSize: cutting.patchSize, classOf, signal: context.signal };
  let squaresBefore = 0;
  try {
    for (const slide of plan.slides) {
      if (slide.squares.classIndices.length === 0) continue;
      for await (const { patches, broken, done } of cutOne(slide, root, options)) {
        if (patches.length > 0) context.event({ type: 'patches', patches });
        if (broken.length > 0) context.event({ type: 'broken', files: broken });
        counted.patches += patches.length;
        counted.broken += broken.length;
        report(squaresBefore + done, total);
      }
      squaresBefore += slide.squares.classIndices.length;
    }
  } finally {
    await cutter.dispose();
  }
  if (counted.patches === 0)
    throw new UserError(
      `None of the ${total.toLocaleString('en')} patches in ${spec.path} could be cut. The list of broken files says why.`,
    );
  await removeOtherPacks(
    root,
    plan.slides.map(({ pair }) => pair.slide),
  );
  return counted;
}

/** Cuts a slide. One that can no longer be read harms no other one. */
async function* cutOne(
  slide: SlidePlan,
  folder: string,
  options: CutOptions,
): AsyncGenerator<CutBatch, void, undefined> {
  let pack: GrowingPack | null = null;
  try {
    pack = await slidePack(folder, slide, options.patchSize);
    yield* cutSlide(slide, pack, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof UserError) || error instanceof PackError) throw error;
    const broken = [{ path: slide.pair.slide, reason: error.message }];
    yield { patches: [], broken, done: slide.squares.classIndices.length };
  } finally {
    await pack?.close();
  }
}

/** Of the slides that patches are cut from; null: unknown, or not the same. */
function commonMpp({ slides }: CuttingPlan): number | null {
  const cut = slides.filter(({ squares }) => squares.classIndices.length > 0);
  const [first, ...others] = new Set(cut.map(({ mpp }) => mpp));
  return others.length === 0 ? (first ?? null) : null;
}

function tooFew(
  { classNames, slides }: CuttingPlan,
  counts: readonly number[],
  cutting: PatchCutting,
  [problem]: readonly BrokenFile[],
): string {
  const found = classNames.map((name, i) => `${name} (${counts[i]!.toLocaleString('en')})`).join(', ');
  const usable = slides.filter(({ problem }) => problem === null).length;
  const first = slides.find((slide) => slide.problem !== null)?.problem ?? problem?.reason ?? '';
  const tissue =
    cutting.leastTissue > 0 ? ` and ${percent(cutting.leastTissue)} of it is tissue, not glass` : '';
  if (usable === 0) return `No patches can be cut: none of the annotated slides can be used. ${first}`.trim();
  return `A classifier needs patches of at least two classes. Found: ${found === '' ? 'none' : found}, where an annotation covers ${percent(cutting.coverage)} of a patch${tissue}. Annotate more, choose smaller patches, or let less be covered.`;
}
