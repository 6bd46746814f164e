import type { Polygon } from './geometry.ts';

/** The polygons as edges; level ones, which no scanline crosses, are left out. */
export interface Edges {
  /** The edges by where they begin, from the top. */
  readonly order: Uint32Array;
  /** Upper and lower end, */
  readonly top: Float64Array;
  readonly bottom: Float64Array;
  /** x at the upper end, and per line further down. */
  readonly topX: Float64Array;
  readonly slope: Float64Array;
  /** The polygon that each belongs to. */
  readonly polygon: Int32Array;
}

export function edgesOf(polygons: readonly Polygon[]): Edges {
  const cornersOf = (rings: Polygon) => rings.reduce((sum, ring) => sum + ring.length / 2, 0);
  const total = polygons.reduce((sum, rings) => sum + cornersOf(rings), 0);
  const [top, bottom] = [new Float64Array(total), new Float64Array(total)];
  const [topX, slope] = [new Float64Array(total), new Float64Array(total)];
  const polygon = new Int32Array(total);
  let count = 0;
  for (const [index, rings] of polygons.entries())
    for (const ring of rings)
      for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
        const [x0, y0, x1, y1] = [ring[before]!, ring[before + 1]!, ring[i]!, ring[i + 1]!];
        if (y0 === y1) continue;
        top[count] = Math.min(y0, y1);
        bottom[count] = Math.max(y0, y1);
        topX[count] = y0 < y1 ? x0 : x1;
        slope[count] = (x1 - x0) / (y1 - y0);
        polygon[count] = index;
        count++;
      }
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => top[a]! - top[b]!);
  return { order, top, bottom, topX, slope, polygon };
}

/** Parts of a pixel in which crossings are told apart. */
const PARTS = 1024;

/**
 * Makes the function that gives the pieces of a scanline inside polygons, from left to right; where several lie over each other, the last
 * of them is told.
 * @param right where the slide ends: what lies beyond counts as there
 */
export function spanFinder({ order, top, bottom, topX, slope, polygon }: Edges, right: number) {
  const polygons = polygon.reduce((most, index) => Math.max(most, index), 0) + 1;
  // Where edges are crossed and of which polygon they are, in one number: numbers alone are sorted fast.
  const crossings = new Float64Array(order.length);
  return function spans(
    y: number,
    active: readonly number[],
    onSpan: (from: number, to: number, polygon: number) => void,
  ): void {
    let crossed = 0;
    for (const edge of active) {
      if (top[edge]! > y || bottom[edge]! <= y) continue;
      const x = Math.min(right + 1, Math.max(-1, topX[edge]! + slope[edge]! * (y - top[edge]!)));
      crossings[crossed++] = Math.round((x + 1) * PARTS) * polygons + polygon[edge]!;
    }
    const inside: number[] = []; // ascending, so that the one on top is the last
    let from = 0;
    for (const crossing of crossings.subarray(0, crossed).sort()) {
      const index = crossing % polygons;
      const x = (crossing - index) / polygons / PARTS - 1;
      const onTop = inside.at(-1);
      if (onTop !== undefined && x > from) onSpan(from, x, onTop);
      from = x;
      toggle(inside, index);
    }
  };
}

/** Each crossing of an outline leads in or out: the even-odd rule. */
function toggle(inside: number[], polygon: number): void {
  let at = inside.length;
  while (at > 0 && inside[at - 1]! > polygon) at--;
  if (inside[at - 1] === polygon) inside.splice(at - 1, 1);
  else inside.splice(at, 0, polygon);
}
