import type { PatchGrid } from '../contract/values/slide.ts';
import type { PatchList } from './grid.ts';

/** More patches in one piece would only hold more memory. */
const MOST_COLUMNS = 32;

/** Neighbouring patches of one grid row, to be read by one thread. */
export interface Segment {
  readonly thread: number;
  /** x, y, x, y, … in level-0 pixels. */
  readonly corners: Int32Array;
}

/**
 * Cuts the patches from position `from` on into segments, in order. A thread always gets the same columns of the grid,
 * so that the tiles it decoded for one row of patches are still in its cache for the next row.
 */
export function* patchSegments(
  grid: PatchGrid,
  { columns, rows }: PatchList,
  from: number,
  threads: number,
): Generator<Segment> {
  const width = Math.min(MOST_COLUMNS, Math.ceil(grid.columns / threads));
  const strip = (i: number) => Math.floor((columns[i] ?? 0) / width);
  for (let start = from, end = from; start < columns.length; start = end) {
    while (end < columns.length && rows[end] === rows[start] && strip(end) === strip(start)) end++;
    const corners = new Int32Array((end - start) * 2);
    for (let i = start; i < end; i++) {
      corners[(i - start) * 2] = (columns[i] ?? 0) * grid.stride;
      corners[(i - start) * 2 + 1] = (rows[i] ?? 0) * grid.stride;
    }
    yield { thread: strip(start) % threads, corners };
  }
}
