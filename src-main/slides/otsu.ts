/**
 * The value that best splits bytes into a lower (≤) and an upper class: the greatest variance between the classes
 * (Otsu 1979). 0 where all values are equal.
 */
export function otsuThreshold(values: Uint8Array): number {
  const histogram = new Float64Array(256);
  for (const value of values) histogram[value] = (histogram[value] ?? 0) + 1;
  const total = histogram.reduce((sum, count, value) => sum + count * value, 0);
  let best = { variance: 0, threshold: 0 };
  let lower = 0;
  let lowerSum = 0;
  for (let threshold = 0; threshold < 255; threshold++) {
    const count = histogram[threshold] ?? 0;
    lower += count;
    lowerSum += count * threshold;
    const upper = values.length - lower;
    if (lower === 0 || upper === 0) continue;
    const variance = lower * upper * (lowerSum / lower - (total - lowerSum) / upper) ** 2;
    if (variance > best.variance) best = { variance, threshold };
  }
  return best.threshold;
}
