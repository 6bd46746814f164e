/** Bytes of decoded batches that may lie ready. */
const PREFETCH_BYTES = 256 * 2 ** 20;

/** How many batches to have under way. @param values float32 values of one batch */
export function prefetchDepth(values: number): number {
  const affordable = Math.floor(PREFETCH_BYTES / (values * Float32Array.BYTES_PER_ELEMENT));
  return Math.min(4, Math.max(1, affordable));
}

/**
 * The results of `tasks` in order, with up to `depth` of them under way while the consumer works on an earlier one.
 * A task that fails throws where its result would have come. Tasks under way when the consumer stops are left to finish.
 */
export async function* prefetch<T>(
  tasks: Iterable<() => Promise<T>>,
  depth: number,
): AsyncGenerator<T, void, undefined> {
  const iterator = tasks[Symbol.iterator]();
  const underWay: Promise<T>[] = [];
  const fill = () => {
    while (underWay.length < depth) {
      const next = iterator.next();
      if (next.done) return;
      const result = next.value();
      result.catch(() => {}); // thrown again by the await below, if the consumer gets that far
      underWay.push(result);
    }
  };
  for (fill(); ;) {
    const first = underWay.shift();
    if (!first) return;
    fill();
    yield await first;
  }
}
