/**
 * Area under the precision-recall curve of one class as scikit-learn's `average_precision_score`: the sum over falling thresholds
 * of (recall − recall before) x precision, without interpolation; items with equal scores share one threshold.
 * @param scores of any scale, the larger the more confident; @param truths whether each item shows the class
 * @returns null when no item does: then it is not defined
 */
export function averagePrecision(scores: ArrayLike<number>, truths: readonly boolean[]): number | null {
  const positives = truths.filter(Boolean).length;
  if (positives === 0) return null;
  const score = (item: number) => scores[item] ?? 0;
  const ranked = truths.map((_, item) => item).sort((a, b) => score(b) - score(a));
  let [area, hits, recallBefore] = [0, 0, 0];
  for (const [rank, item] of ranked.entries()) {
    if (truths[item]) hits++;
    const next = ranked[rank + 1];
    if (next !== undefined && score(next) === score(item)) continue;
    const recall = hits / positives;
    area += (recall - recallBefore) * (hits / (rank + 1));
    recallBefore = recall;
  }
  return area;
}

/** Mean of the classes that are defined; 0 where none is. */
export function meanOfDefined(values: readonly (number | null)[]): number {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? 0 : defined.reduce((total, value) => total + value, 0) / defined.length;
}
