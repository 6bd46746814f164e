import type { Random } from '../../base/random.ts';

const SIDE = 256;
const MASK = SIDE - 1;

/**
 * Value noise (Perlin's predecessor): random values on a lattice, smoothly interpolated. Its lattice has a spacing of one
 * and repeats after 256; scale the coordinates for other sizes of detail.
 */
export class Noise {
  readonly #lattice: Float32Array;

  constructor(random: Random) {
    this.#lattice = Float32Array.from({ length: SIDE * SIDE }, () => random.between(-1, 1));
  }

  /** -1 … 1, standard deviation about 0.35. */
  at(x: number, y: number): number {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const fx = x - x0;
    const fy = y - y0;
    const u = fx * fx * (3 - 2 * fx);
    const v = fy * fy * (3 - 2 * fy);
    const lattice = this.#lattice;
    const above = (y0 & MASK) * SIDE;
    const below = ((y0 + 1) & MASK) * SIDE;
    const left = x0 & MASK;
    const right = (x0 + 1) & MASK;
    const a = lattice[above + left] as number;
    const b = lattice[above + right] as number;
    const c = lattice[below + left] as number;
    const d = lattice[below + right] as number;
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v;
  }
}

/** 0 at or below `low`, 1 at or above `high`, smooth between (Hermite). */
export function smoothstep(low: number, high: number, value: number): number {
  const t = (value - low) / (high - low);
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}
