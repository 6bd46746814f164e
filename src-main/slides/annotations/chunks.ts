/** Side of a chunk in pixels of patches: a thread decodes the tiles within it once, those at its border again in the next one. */
const CHUNK_SIDE = 1792;

/**
 * Positions of squares that lie close together, to be cut by one thread; in the same order for the same squares.
 * @param corners x, y, x, y, …, at multiples of `stride`
 */
export function chunksOf(corners: Int32Array, stride: number, patchSize: number): number[][] {
  const across = Math.max(1, Math.round(CHUNK_SIDE / patchSize)) * stride;
  const chunks = Map.groupBy(
    Array.from({ length: corners.length / 2 }, (_, i) => i),
    (i) => `${Math.floor(corners[i * 2 + 1]! / across)}/${Math.floor(corners[i * 2]! / across)}`,
  );
  return [...chunks.values()];
}
