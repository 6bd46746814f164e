/**
 * One-vs-rest area under the ROC curve, the mean over the classes present (scikit-learn's `roc_auc_score` with
 * `multi_class='ovr', average='macro'`). Null when fewer than two classes are present.
 * @param scores [n, classes]; @param targets [n]
 */
export function macroRocAuc(
  scores: Float32Array,
  targets: ArrayLike<number>,
  classes: number,
): number | null {
  const present = new Set(Array.from(targets));
  if (present.size < 2) return null;
  let sum = 0;
  for (const positive of present) {
    const column = Float64Array.from(targets, (_, i) => scores[i * classes + positive] ?? 0);
    sum += binaryRocAuc(column, (i) => targets[i] === positive);
  }
  return sum / present.size;
}

/** Mann & Whitney's U over the number of pairs; tied scores share the mean of their ranks. */
function binaryRocAuc(scores: Float64Array, isPositive: (index: number) => boolean): number {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1; // moves on even from NaN, which equals nothing
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end++;
    const rank = (start + 1 + end) / 2; // ranks start + 1 … end, averaged
    for (const index of order.slice(start, end)) {
      if (!isPositive(index)) continue;
      rankSum += rank;
      positives++;
    }
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
