import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import type { ResolvedDevice } from '../../contract/values/run.ts';
import { learntClasses } from '../../data/voc/learntClasses.ts';
import { validationSide } from '../../data/voc/validationSide.ts';
import type { TimedWork, Timing } from '../../store/tables/pretrainingTimings.ts';
import { multiplyAdds } from '../runs/speed.ts';
import type { PretrainImages } from './images.ts';

/** What decides how long an iteration of a pre-training takes. */
export function workOf(
  config: PretrainConfig,
  device: ResolvedDevice,
  classNames: readonly string[],
  { val }: PretrainImages,
): TimedWork {
  const { kind, architecture, width, cropSize, batchSize, accumulate } = config;
  const classes = learntClasses(kind, classNames).length;
  return {
    ...{ kind, architecture, width, cropSize, batchSize, accumulate, device, classes },
    validationSide: validationSide(val),
  };
}

/** With output stride 8 the last two of four equally costly stages have 4 and 16 times as many pixels. */
const DILATED = (1 + 1 + 4 + 16) / 4;

/** Relative work of passing an image of this side through the network. */
function workPerImage({ kind, architecture, width }: TimedWork, side: number): number {
  return multiplyAdds[architecture] * (kind === 'segmentation' ? DILATED : 1) * width ** 2 * side ** 2;
}

const workPerIteration = (work: TimedWork): number =>
  workPerImage(work, work.cropSize) * work.batchSize * work.accumulate;

const isSame = (a: TimedWork, b: TimedWork): boolean =>
  (Object.keys(a) as (keyof TimedWork)[]).every((key) => a[key] === b[key]);

/** How many times as much work may be reckoned from a measurement: narrow networks and small images say little of large ones. */
const FARTHEST = 10;

/** What is expected of a work, and whether that very work was measured or the most alike on the same device. */
export interface Expectation extends Omit<Timing, 'work'> {
  readonly basis: 'measured' | 'scaled';
}

/** @param timings newest first; @returns null when nothing alike was measured on that device */
export function expectation(work: TimedWork, timings: readonly Timing[]): Expectation | null {
  const same = timings.find((timing) => isSame(timing.work, work));
  if (same) return { ...same, basis: 'measured' };
  const distance = ({ work: other }: Timing) =>
    Math.abs(Math.log(workPerIteration(other) / workPerIteration(work)));
  const [nearest] = timings
    .filter((timing) => timing.work.device === work.device && distance(timing) <= Math.log(FARTHEST))
    .toSorted((a, b) => distance(a) - distance(b));
  if (!nearest) return null;
  const iteration = workPerIteration(work) / workPerIteration(nearest.work);
  const image =
    workPerImage(work, work.validationSide) / workPerImage(nearest.work, nearest.work.validationSide);
  return {
    secondsPerIteration: nearest.secondsPerIteration * iteration,
    secondsPerValidationImage: nearest.secondsPerValidationImage * image,
    basis: 'scaled',
  };
}

/** Seconds of the whole pre-training. @param images all validation images */
export function totalSeconds(
  { iterations, validateEvery, validationImages }: PretrainConfig,
  images: number,
  { secondsPerIteration, secondsPerValidationImage }: Omit<Expectation, 'basis'>,
): number {
  const each = Math.min(images, validationImages ?? images);
  const final = each < images ? images : 0;
  const validated = Math.ceil(iterations / validateEvery) * each + final;
  return iterations * secondsPerIteration + validated * secondsPerValidationImage;
}
