/** A line of a chart. `xs` ascend; where `ys` is null the line has a gap. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  /** full: validation; dashed: training; faint: single steps. */
  readonly style: 'full' | 'dashed' | 'faint';
  readonly xs: readonly number[];
  readonly ys: readonly (number | null)[];
}

/** A vertical mark, e.g. the epoch of the best checkpoint. */
export interface Mark {
  readonly x: number;
  readonly colour: string;
  readonly label: string;
}

/** What decides how a chart is built, without its data: another shape needs another chart. */
export const shapeOf = (lines: readonly Line[]): string =>
  lines.map((line) => `${line.label}|${line.colour}|${line.style}`).join('\n');

/** Index of the value of `ys` nearest to `index` that is there, or null. */
export function nearestValue(ys: ArrayLike<number | null | undefined>, index: number): number | null {
  for (let distance = 0; distance < ys.length; distance++)
    for (const at of [index - distance, index + distance])
      if (at >= 0 && at < ys.length && ys[at] !== null && ys[at] !== undefined) return at;
  return null;
}
