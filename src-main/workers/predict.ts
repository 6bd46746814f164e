import { availableParallelism } from 'node:os';
import { UserError } from '../base/errors.ts';
import { RateMeter } from '../base/rate.ts';
import type { PatchGrid } from '../contract/values/slide.ts';
import type { WorkerContext, WorkerSpec, WorkerTask } from '../contract/worker.ts';
import { createClassifier } from '../engines/onnx/classifier.ts';
import { patchGrid, tissueFraction, tissuePatches, type PatchList } from '../slides/grid.ts';
import { openSlide } from '../slides/open.ts';
import { createRegionPool } from '../slides/regionPool.ts';
import { patchSegments } from '../slides/segments.ts';
import { findTissue } from '../slides/tissue.ts';
import { classifierFailure } from '../training/engineFailure.ts';
import { prefetch } from '../training/prefetch.ts';
import { softmax } from '../training/softmax.ts';
import { inBatches } from './inBatches.ts';
import { ReadablePatches, type Beginning } from './readablePatches.ts';

const BATCH_SIZE = 32;
/** Reading threads: half of the cores, since the engine wants the others. */
const THREADS = Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
/** Segments per thread read ahead of the engine. */
const SEGMENTS_AHEAD = 2;

/** Classifies the tissue of a slide, patch by patch in grid order; patches on damaged tiles are left out and counted. */
export const predictTask: WorkerTask<'predict'> = async (spec, context) => {
  const begun = performance.now();
  const { grid, patches } = await layOut(spec, context);
  const total = patches.columns.length;
  const beginning = spec.resume ?? { done: 0, unreadable: null };
  const classifying = performance.now();
  if (beginning.done < total) await classify(spec, context, grid, patches, beginning);
  const now = performance.now();
  return {
    patches: total,
    seconds: (now - begun) / 1000,
    patchesPerSecond: ((total - beginning.done) * 1000) / Math.max(1, now - classifying),
  };
};

/** Finds the tissue and lays the grid over it; the same slide, model and resolution always give the same patches. */
async function layOut(
  spec: WorkerSpec<'predict'>,
  context: WorkerContext<'predict'>,
): Promise<{ grid: PatchGrid; patches: PatchList }> {
  context.progress({ fraction: 0, message: 'finding the tissue', rate: null, secondsLeft: null });
  const slide = await openSlide(spec.slidePath);
  try {
    const mpp = spec.mpp ?? slide.info.mpp;
    const grid = patchGrid(slide.info, spec.card, mpp);
    const mask = await findTissue(slide, mpp, context.signal);
    const patches = tissuePatches(grid, mask);
    const count = patches.columns.length;
    if (count === 0)
      throw new UserError(
        `No tissue was found on ${slide.info.name}. Tessera looks for stained tissue on bright glass that fills at least half of a patch.`,
      );
    if (spec.resume && (!sameGrid(grid, spec.resume.grid) || spec.resume.patches !== count))
      throw new UserError(
        `${slide.info.name}, its microns per pixel, or Tessera's way of finding tissue have changed since this prediction began. Start a new one.`,
      );
    if (!spec.resume)
      context.event({ type: 'grid', grid, patches: count, tissueFraction: tissueFraction(mask) });
    return { grid, patches };
  } finally {
    await slide.close();
  }
}

async function classify(
  spec: WorkerSpec<'predict'>,
  context: WorkerContext<'predict'>,
  grid: PatchGrid,
  { columns, rows }: PatchList,
  beginning: Beginning,
): Promise<void> {
  const { classNames, imageSize, mean, std } = spec.card;
  const classifier = await createClassifier({ model: spec.modelFile, device: spec.device });
  const { slidePath } = spec;
  const pool = createRegionPool({
    slidePath,
    patchSize: grid.patchSize,
    imageSize,
    mean,
    std,
    threads: THREADS,
  });
  const total = columns.length;
  const imageValues = 3 * imageSize ** 2;
  const readable = new ReadablePatches(total, imageValues, beginning);
  const rate = new RateMeter();
  rate.update(beginning.done);

  function report(start: number, positions: readonly number[], scores: Float32Array<ArrayBuffer>): number {
    const { done, unreadable } = readable.reached(start + positions.length);
    context.event({
      type: 'scores',
      start,
      columns: Int32Array.from(positions, (position) => columns[position] ?? 0),
      rows: Int32Array.from(positions, (position) => rows[position] ?? 0),
      scores,
      done,
      unreadable,
    });
    rate.update(done);
    const perSecond = rate.perSecond;
    context.progress({
      fraction: done / total,
      message: `${done.toLocaleString('en')} of ${total.toLocaleString('en')} patches`,
      rate: perSecond === null ? null : { value: perSecond, unit: 'patches/s' },
      secondsLeft: rate.secondsLeft(total),
    });
    return done;
  }

  try {
    const reads = Array.from(
      patchSegments(grid, { columns, rows }, beginning.done, THREADS),
      ({ thread, corners }) =>
        () =>
          pool.read(thread, corners),
    );
    const images = readable.images(prefetch(reads, THREADS * SEGMENTS_AHEAD));
    let classified = readable.classifiedBefore;
    let done = beginning.done;
    for await (const batch of inBatches(images, imageValues, BATCH_SIZE, classified)) {
      context.signal.throwIfAborted();
      const logits = await classifier.logits(batch.images, batch.count).catch((error: unknown) => {
        throw classifierFailure(spec.device, error);
      });
      const scores = new Float32Array(softmax(logits, classNames.length));
      done = report(batch.start, readable.positions(batch.start, batch.count), scores);
      classified = batch.start + batch.count;
    }
    if (done < readable.reached(classified).done) report(classified, [], new Float32Array()); // none of the last could be read
    readable.refuseTooFew();
  } finally {
    await Promise.all([pool.dispose(), classifier.dispose()]);
  }
}

function sameGrid(a: PatchGrid, b: PatchGrid): boolean {
  return (['columns', 'rows', 'patchSize', 'stride'] as const).every((key) => a[key] === b[key]);
}
