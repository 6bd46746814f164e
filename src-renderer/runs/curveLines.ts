import type { EpochRow, Run, StepRow } from '../../src-main/contract/values/run.ts';
import type { Line, Mark } from '../charts/line.ts';

/** A run with its rows, and how it is drawn. */
export interface DrawnRun {
  readonly run: Run;
  readonly steps: readonly StepRow[];
  readonly epochs: readonly EpochRow[];
  readonly colour: string;
  /** After the line's own label, where several runs share the axes. */
  readonly suffix: string;
}

/** Steps per epoch; from the settings until the first epoch has told. */
function stepsPerEpoch({ run, epochs }: DrawnRun): number {
  const last = epochs.at(-1);
  if (last && last.step > 0) return last.step / last.epoch;
  const { perClass, batchSize } = run.config;
  return Math.max(1, Math.ceil(((perClass ?? batchSize) * run.classNames.length) / batchSize));
}

const line = (
  drawn: DrawnRun,
  label: string,
  style: Line['style'],
  value: (row: EpochRow) => number | null,
): Line => ({
  label: `${label}${drawn.suffix}`,
  colour: drawn.colour,
  style,
  xs: drawn.epochs.map((row) => row.epoch),
  ys: drawn.epochs.map(value),
});

const hasValidation = (drawn: DrawnRun): boolean => drawn.run.config.validationPerClass > 0;

/** The loss over epochs: every step faintly (for one run alone), training dashed, validation full. */
export function lossLines(runs: readonly DrawnRun[], withSteps: boolean): Line[] {
  return runs.flatMap((drawn) => {
    const perEpoch = stepsPerEpoch(drawn);
    const steps: Line = {
      label: `each step${drawn.suffix}`,
      colour: drawn.colour,
      style: 'faint',
      xs: drawn.steps.map((row) => row.step / perEpoch),
      ys: drawn.steps.map((row) => row.loss),
    };
    const training = line(drawn, 'training', 'dashed', (row) => row.trainLoss);
    const validation = line(drawn, 'validation', 'full', (row) => row.valLoss);
    return [...(withSteps ? [steps] : []), training, ...(hasValidation(drawn) ? [validation] : [])];
  });
}

/** The accuracy over epochs: training dashed, validation full. */
export function accuracyLines(runs: readonly DrawnRun[]): Line[] {
  return runs.flatMap((drawn) => {
    const training = line(drawn, 'training', 'dashed', (row) => row.trainAccuracy);
    const validation = line(drawn, 'validation', 'full', (row) => row.valAccuracy);
    return hasValidation(drawn) ? [training, validation] : [training];
  });
}

/** Where each run's best checkpoint was taken. */
export function bestMarks(runs: readonly DrawnRun[]): Mark[] {
  return runs.flatMap((drawn) => {
    const best = drawn.epochs.findLast((row) => row.best);
    return best && hasValidation(drawn)
      ? [{ x: best.epoch, colour: drawn.colour, label: runs.length > 1 ? '' : `best: epoch ${best.epoch}` }]
      : [];
  });
}
