import type { Contents } from './content.ts';
import { readPatch } from './patchPixels.ts';
import { mapConcurrently } from './mapConcurrently.ts';

/** A patch with its absolute path and its class. */
export interface LabelledFile {
  readonly path: string;
  readonly classIndex: number;
}

export interface BaselineOptions {
  readonly signal?: AbortSignal;
  /** What files have to be; a file that is not in it may be anything. */
  readonly contents?: Contents;
  /** Called with the number of files read and the number of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface BaselineResult {
  /** Predicted class per evaluated patch, in the order given. */
  readonly predictions: number[];
  /** 0–1; 0 when nothing was evaluated. */
  readonly accuracy: number;
  /** Over the classes that occur among true or predicted ones, as scikit-learn does. */
  readonly macroF1: number;
}

const BINS = 16;
/** Files decoded at once: sharp works in the process's thread pool. */
const CONCURRENCY = 4;

/**
 * What colour alone can predict: 16-bin histograms per channel (48 numbers, each channel summing to 1), assigned to the
 * nearest (Euclidean) mean histogram of the training patches' classes. Ties go to the lower class index.
 * @throws UserError naming a file that cannot be read; the signal's reason when aborted
 */
export async function colourBaseline(
  train: readonly LabelledFile[],
  evaluate: readonly LabelledFile[],
  classes: number,
  options: BaselineOptions = {},
): Promise<BaselineResult> {
  const files = [...train, ...evaluate];
  let done = 0;
  const histograms = await mapConcurrently(files, CONCURRENCY, async ({ path }) => {
    options.signal?.throwIfAborted();
    const histogram = colourHistogram((await readPatch(path, undefined, options.contents?.get(path))).data);
    options.onProgress?.(++done, files.length);
    return histogram;
  });
  const centroids = classCentroids(train, histograms, classes);
  const predictions = histograms.slice(train.length).map((histogram) => nearest(histogram, centroids));
  const truths = evaluate.map(({ classIndex }) => classIndex);
  return { predictions, ...score(truths, predictions, classes) };
}

/** Shares of the pixels in 16 equal bins of red, then green, then blue. @param rgb interleaved bytes */
export function colourHistogram(rgb: Uint8Array): Float64Array {
  const histogram = new Float64Array(3 * BINS);
  for (let i = 0; i + 2 < rgb.length; i += 3)
    for (let channel = 0; channel < 3; channel++) {
      const bin = channel * BINS + ((rgb[i + channel] ?? 0) >> 4);
      histogram[bin] = (histogram[bin] ?? 0) + 1;
    }
  return histogram.map((count) => (count * 3) / rgb.length);
}

/** The mean histogram of each class; null for a class without training patches. */
function classCentroids(
  train: readonly LabelledFile[],
  histograms: readonly Float64Array[],
  classes: number,
): (Float64Array | null)[] {
  return Array.from({ length: classes }, (_, classIndex) => {
    const members = histograms.filter((_histogram, i) => train[i]?.classIndex === classIndex);
    if (members.length === 0) return null;
    const sum = new Float64Array(3 * BINS);
    for (const member of members) member.forEach((value, bin) => (sum[bin] = (sum[bin] ?? 0) + value));
    return sum.map((value) => value / members.length);
  });
}

function nearest(histogram: Float64Array, centroids: readonly (Float64Array | null)[]): number {
  let best = -1;
  let least = Infinity;
  centroids.forEach((centroid, classIndex) => {
    if (!centroid) return;
    const distance = histogram.reduce((sum, value, bin) => sum + (value - (centroid[bin] ?? 0)) ** 2, 0);
    if (distance < least) [best, least] = [classIndex, distance];
  });
  return best;
}

function score(truths: readonly number[], predictions: readonly number[], classes: number) {
  const f1: number[] = [];
  for (let classIndex = 0; classIndex < classes; classIndex++) {
    const hits = truths.filter((truth, i) => truth === classIndex && predictions[i] === classIndex).length;
    const actual = truths.filter((truth) => truth === classIndex).length;
    const predicted = predictions.filter((prediction) => prediction === classIndex).length;
    if (actual + predicted > 0) f1.push((2 * hits) / (actual + predicted));
  }
  const correct = truths.filter((truth, i) => truth === predictions[i]).length;
  return {
    accuracy: truths.length ? correct / truths.length : 0,
    macroF1: f1.length ? f1.reduce((sum, value) => sum + value, 0) / f1.length : 0,
  };
}
