import type { Ring } from './geometry.ts';

/** The search below takes quadratic time on some outlines; more corners than these no picture shows. */
const MOST_CORNERS = 20_000;

/**
 * A ring without the corners that lie less than `tolerance` beside the line between their neighbours (Douglas & Peucker 1973).
 * @returns x, y, x, y, …; null: nothing of it can be seen at that tolerance
 */
export function simplified(whole: Ring, tolerance: number): number[] | null {
  const ring = thinned(whole);
  const corners = ring.length / 2;
  const kept = new Uint8Array(corners + 1);
  const apart = furthest(ring, 0, corners); // from the first corner to itself: the one that lies furthest from it
  kept[0] = kept[apart.corner] = 1;
  const pieces: [number, number][] = [
    [0, apart.corner],
    [apart.corner, corners],
  ];
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    const [from, to] = piece;
    const { corner, distance } = furthest(ring, from, to);
    if (distance <= tolerance) continue;
    kept[corner] = 1;
    pieces.push([from, corner], [corner, to]);
  }
  const result: number[] = [];
  for (let i = 0; i < corners; i++)
    if (kept[i]) result.push(Math.round(ring[i * 2]!), Math.round(ring[i * 2 + 1]!));
  return result.length >= 6 ? result : null;
}

/** Every so many of its corners. */
function thinned(ring: Ring): Ring {
  const step = Math.ceil(ring.length / 2 / MOST_CORNERS);
  return step <= 1 ? ring : ring.filter((_value, i) => Math.floor(i / 2) % step === 0);
}

/** The corner between two others that lies furthest from the line between them; the ring goes round. */
function furthest(ring: Ring, from: number, to: number): { corner: number; distance: number } {
  const end = to % (ring.length / 2);
  const [x0, y0] = [ring[from * 2]!, ring[from * 2 + 1]!];
  const [dx, dy] = [ring[end * 2]! - x0, ring[end * 2 + 1]! - y0];
  const length = Math.hypot(dx, dy);
  const found = { corner: from, distance: -1 };
  for (let i = from + 1; i < to; i++) {
    const [x, y] = [ring[i * 2]! - x0, ring[i * 2 + 1]! - y0];
    const distance = length === 0 ? Math.hypot(x, y) : Math.abs(x * dy - y * dx) / length;
    if (distance > found.distance) [found.corner, found.distance] = [i, distance];
  }
  return found;
}
