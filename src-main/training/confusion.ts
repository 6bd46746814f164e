import type { ClassMetrics } from '../contract/values/run.ts';

/** Counts [true class][predicted class]. */
export type Confusion = number[][];

export function confusionMatrix(
  targets: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Confusion {
  const counts: Confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < targets.length; i++) {
    const row = counts[targets[i] ?? 0];
    const column = predicted[i] ?? 0;
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

/** Share of all counts that lie on the diagonal; 0 for an empty matrix. */
export function accuracyOf(confusion: Confusion): number {
  const hits = sum(confusion.map((row, c) => row[c] ?? 0));
  return ratio(hits, sum(confusion.map(sum)));
}

/** Precision, recall and F1 of each class; 0 where undefined (scikit-learn's `zero_division=0`). */
export function classMetrics(confusion: Confusion): ClassMetrics[] {
  return confusion.map((row, c) => {
    const hits = row[c] ?? 0;
    const support = sum(row);
    const predicted = sum(confusion.map((other) => other[c] ?? 0));
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      support,
    };
  });
}

/**
 * The mean F1 of the classes that occur, be it as truth or as prediction (scikit-learn's `f1_score(average='macro')`):
 * a class that a small validation set lacks does not lower it.
 */
export function macroF1Of(confusion: Confusion): number {
  const occurring = classMetrics(confusion).filter(
    ({ support }, c) => support > 0 || confusion.some((row) => (row[c] ?? 0) > 0),
  );
  return ratio(sum(occurring.map(({ f1 }) => f1)), occurring.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
