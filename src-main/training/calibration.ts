/**
 * Expected calibration error (Guo et al. 2017): over equal-width bins (low, high] of the top score, the mean distance
 * between accuracy and mean top score, weighted by the bin's share of the patches. 0 for no rows.
 * @param scores [n, classes], rows sum to 1; @param targets [n]; @param predicted [n], the class of the top score
 */
export function expectedCalibrationError(
  scores: Float32Array,
  targets: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  bins = 15,
): number {
  const hits = new Float64Array(bins);
  const confidence = new Float64Array(bins);
  for (let i = 0; i < targets.length; i++) {
    const top = scores[i * classes + (predicted[i] ?? 0)] ?? 0;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(top * bins) - 1));
    confidence[bin] = (confidence[bin] ?? 0) + top;
    if (predicted[i] === targets[i]) hits[bin] = (hits[bin] ?? 0) + 1;
  }
  // |accuracy - confidence| * count / n = |hits - summed confidence| / n
  const gap = hits.reduce((sum, count, bin) => sum + Math.abs(count - (confidence[bin] ?? 0)), 0);
  return targets.length === 0 ? 0 : gap / targets.length;
}
