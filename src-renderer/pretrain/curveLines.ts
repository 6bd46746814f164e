import type { Line, Mark } from '../charts/line.ts';
import type { PretrainStepRow, ValidationRow } from '../../src-main/contract/values/pretraining.ts';

/** Points of a line that a chart of some hundred pixels can show. */
const MOST_POINTS = 600;
/** Parts of a pre-training whose mean shows the trend through the noise of single iterations. */
const TREND_POINTS = 40;

interface Bins {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/**
 * The mean loss of every `size` iterations, laid at the last of them. The bins lie where they lie: a growing history changes
 * only the last one.
 * @param steps ascending
 */
export function binned(steps: readonly PretrainStepRow[], size: number): Bins {
  const [xs, ys]: [number[], number[]] = [[], []];
  let [sum, n] = [0, 0];
  for (const [index, { iteration, loss }] of steps.entries()) {
    sum += loss;
    n++;
    const next = steps[index + 1];
    if (next && Math.ceil(next.iteration / size) === Math.ceil(iteration / size)) continue;
    xs.push(iteration);
    ys.push(sum / n);
    [sum, n] = [0, 0];
  }
  return { xs, ys };
}

/** Iterations per bin, so that a whole pre-training has at most `points` of them. */
export const binSize = (iterations: number, points: number): number => Math.ceil(iterations / points);

/** How a pre-training's curves are drawn. */
export interface Drawn {
  readonly steps: readonly PretrainStepRow[];
  readonly validations: readonly ValidationRow[];
  readonly iterations: number;
  readonly colour: string;
}

/** The loss: iterations faintly, their trend dashed, the validations full. */
export function lossLines({ steps, validations, iterations, colour }: Drawn): Line[] {
  const [fine, coarse] = [binSize(iterations, MOST_POINTS), binSize(iterations, TREND_POINTS)];
  const each = fine === 1 ? 'each iteration' : `mean of ${fine} iterations`;
  return [
    { label: each, colour, style: 'faint', ...binned(steps, fine) },
    ...(coarse > fine
      ? [{ label: `training, mean of ${coarse}`, colour, style: 'dashed' as const, ...binned(steps, coarse) }]
      : []),
    line('validation', colour, validations, ({ loss }) => loss),
  ];
}

/** Values so far apart that only a logarithmic axis shows all of them: a few early validations may be thousands of times the rest. */
const WIDE = 100;

export function isWide(lines: readonly Line[]): boolean {
  const values = lines.flatMap(({ ys }) => ys.filter((y) => y !== null && y > 0) as number[]);
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, 0],
  );
  return most > WIDE * least;
}

/** The score of every validation, and for a segmentation the share of right pixels. */
export function scoreLines(name: string, { validations, colour }: Drawn): Line[] {
  const accuracy = line('pixels that are right', colour, validations, ({ pixelAccuracy }) => pixelAccuracy);
  return [
    line(name, colour, validations, ({ score }) => score),
    ...(validations.some(({ pixelAccuracy }) => pixelAccuracy !== null)
      ? [{ ...accuracy, style: 'dashed' as const }]
      : []),
  ];
}

function line(
  label: string,
  colour: string,
  rows: readonly ValidationRow[],
  value: (row: ValidationRow) => number | null,
): Line {
  return { label, colour, style: 'full', xs: rows.map(({ iteration }) => iteration), ys: rows.map(value) };
}

/** Where the weights that are kept were taken. */
export function bestMarks({ validations, colour }: Drawn): Mark[] {
  const best = validations.findLast((row) => row.best);
  return best ? [{ x: best.iteration, colour, label: `best: iteration ${best.iteration}` }] : [];
}
