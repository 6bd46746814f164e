import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { Polygon } from './geometry.ts';
import type { CuttingGrid } from './grid.ts';
import { edgesOf, spanFinder, type Edges } from './spans.ts';

/** What covers the slide. */
export interface Layer {
  /** null: what no patch is wanted of, but which hides what lies below it. */
  readonly classIndex: number | null;
  readonly polygons: readonly Polygon[];
  /** Of all its polygons. */
  readonly area: number;
}

/** The squares that are kept, row by row. */
export interface Squares {
  /** x, y, x, y, … in level-0 pixels. */
  readonly corners: Int32Array;
  readonly classIndices: Int32Array;
}

/** Lines on which a row of squares is measured. Along them lengths are exact, so that a share is off by 1/64 at most. */
const SCANLINES = 64;
/** Rounding must not make a square that is covered as a whole a hair less. */
const TOLERANCE = 1e-9;
/** Milliseconds without looking for a cancellation. */
const PATIENCE = 50;

/**
 * The squares of a grid of which one class covers at least a share, and that class: the one that covers most. Where annotations lie over each
 * other, the smaller one counts (of equally large ones the later).
 * @param coverage the least share, 0–1
 * @throws the signal's reason when aborted
 */
export async function coveredSquares(
  layers: readonly Layer[],
  grid: CuttingGrid,
  classes: number,
  coverage: number,
  signal?: AbortSignal,
): Promise<Squares> {
  const ordered = [...layers].sort((a, b) => b.area - a.area); // stable
  const polygons = ordered.flatMap((layer) => layer.polygons);
  const classOf = ordered.flatMap(({ polygons: own, classIndex }) => own.map(() => classIndex));
  const edges = edgesOf(polygons);
  const spans = spanFinder(edges, (grid.columns - 1) * grid.stride + grid.side);
  const corners: number[] = [];
  const classIndices: number[] = [];
  const lengths = new Float64Array(grid.columns * classes);
  const least = coverage * (1 - TOLERANCE);
  let looked = performance.now();
  for (const { row, active } of rowsWithEdges(edges, grid)) {
    if (performance.now() - looked > PATIENCE) {
      await letMessagesIn();
      signal?.throwIfAborted();
      looked = performance.now();
    }
    const lines = Math.min(SCANLINES, grid.side);
    lengths.fill(0);
    for (let line = 0; line < lines; line++)
      spans(row * grid.stride + ((line + 0.5) * grid.side) / lines, active, (from, to, polygon) => {
        const classIndex = classOf[polygon] ?? null;
        if (classIndex !== null) addSpan(lengths, grid, classes, from, to, classIndex);
      });
    for (let column = 0; column < grid.columns; column++) {
      const best = largest(lengths, column * classes, classes);
      if ((lengths[column * classes + best] ?? 0) < least * grid.side * lines) continue;
      corners.push(column * grid.stride, row * grid.stride);
      classIndices.push(best);
    }
  }
  return { corners: Int32Array.from(corners), classIndices: Int32Array.from(classIndices) };
}

/** The rows of squares that edges run through, with these. Every row inside a polygon is one. */
function* rowsWithEdges(
  { order, top, bottom }: Edges,
  { rows, side, stride }: CuttingGrid,
): Generator<{ row: number; active: readonly number[] }> {
  let active: number[] = [];
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * stride, row * stride + side];
    active = active.filter((edge) => bottom[edge]! > from);
    for (; next < order.length && top[order[next]!]! < to; next++)
      if (bottom[order[next]!]! > from) active.push(order[next]!);
    if (active.length > 0) yield { row, active };
    else if (next === order.length) return;
  }
}

/** Adds to each square of the row how much of a span lies in it. */
function addSpan(
  lengths: Float64Array,
  { columns, side, stride }: CuttingGrid,
  classes: number,
  from: number,
  to: number,
  classIndex: number,
): void {
  const first = Math.max(0, Math.floor((from - side) / stride) + 1);
  const last = Math.min(columns - 1, Math.ceil(to / stride) - 1);
  for (let column = first; column <= last; column++) {
    const left = column * stride;
    const length = Math.min(to, left + side) - Math.max(from, left);
    if (length > 0) lengths[column * classes + classIndex]! += length;
  }
}

function largest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i]! > values[start + best]!) best = i;
  return best;
}
