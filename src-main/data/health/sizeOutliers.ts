import type { DatasetHealth, HealthItem } from '../../contract/values/health.ts';

/** Where nearly all are of one size, every other size is an outlier. */
const USUAL_SHARE = 0.9;
/** Where sizes are mixed, a side is an outlier that is so many times longer or shorter than the median. */
const FACTOR = 2;

/** The usual size, and the items that do not have it, or, where there is no usual one, that are far from the median. */
export function sizeOutliers(items: readonly HealthItem[]): {
  usual: DatasetHealth['sizes']['usual'];
  outliers: HealthItem[];
} {
  const counts = new Map<string, { width: number; height: number; count: number }>();
  for (const { width, height } of items) {
    const key = `${width}x${height}`;
    counts.set(key, { width, height, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const usual = [...counts.values()].sort((a, b) => b.count - a.count)[0] ?? null;
  if (!usual) return { usual, outliers: [] };
  if (usual.count >= USUAL_SHARE * items.length) {
    const odd = (item: HealthItem) => item.width !== usual.width || item.height !== usual.height;
    return { usual, outliers: items.filter(odd) };
  }
  const [width, height] = [median(items.map((item) => item.width)), median(items.map((item) => item.height))];
  const far = (side: number, middle: number) => side > FACTOR * middle || side * FACTOR < middle;
  return { usual, outliers: items.filter((item) => far(item.width, width) || far(item.height, height)) };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
