/** Mean and sample standard deviation (n − 1). */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/** Two-sided 95 % of Student's t with 18 degrees of freedom: ten runs on each side. */
const CRITICAL = 2.101;

/** Whether the means of two groups of ten independent runs differ by more than chance (Welch's t test at 5 %). */
export function compareMeans(a: readonly number[], b: readonly number[]) {
  const [first, second] = [meanAndDeviation(a), meanAndDeviation(b)];
  const difference = first.mean - second.mean;
  const standardError = Math.sqrt(first.deviation ** 2 / a.length + second.deviation ** 2 / b.length);
  return { difference, standardError, agree: Math.abs(difference) <= CRITICAL * standardError };
}
