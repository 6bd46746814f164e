import { Random } from '../../base/random.ts';
import type { Noise } from './noise.ts';
import { TISSUES } from './tissues.ts';

/** Where which tissue lies on the synthetic slide. */
export interface SlidePlan {
  /**
   * The share of each class at a level-0 pixel: one class within its region, a short mixture at a border; what is missing
   * to one is glass.
   */
  sharesAt(x: number, y: number, shares: Float32Array): void;
}

/** Pieces of tissue on the glass: centres and semi-axes as shares of the slide's side. */
const PIECES = [
  { x: 0.41, y: 0.48, rx: 0.32, ry: 0.4 },
  { x: 0.87, y: 0.46, rx: 0.075, ry: 0.24 },
] as const;

/** Width of the transition between two tissues, and from tissue to glass, in pixels. */
const MIXTURE = 7;
const OUTLINE = 4;

/**
 * Lays a 5 x 5 grid of regions, in which every class occurs once in each row and column, and bends it with noise; two
 * pieces of tissue are cut out of that.
 */
export function planSlide(side: number, seed: number, noise: Noise): SlidePlan {
  const random = Random.from(seed, 'slide plan');
  const n = TISSUES.length;
  const classes = random.shuffled(TISSUES.map((_tissue, index) => index));
  const pitch = side / n;
  const sites = Array.from({ length: n * n }, (_, cell) => {
    const [i, j] = [cell % n, Math.floor(cell / n)];
    return {
      x: (i + 0.5 + random.between(-0.3, 0.3)) * pitch,
      y: (j + 0.5 + random.between(-0.3, 0.3)) * pitch,
      classIndex: classes[(i + 2 * j) % n] ?? 0,
    };
  });
  const nearest = new Float64Array(n);

  const outlineDistance = (x: number, y: number): number => {
    let inside = -Infinity;
    for (const { x: cx, y: cy, rx, ry } of PIECES) {
      const radius = Math.hypot((x / side - cx) / rx, (y / side - cy) / ry);
      inside = Math.max(inside, (1 - radius) * Math.min(rx, ry) * side);
    }
    const wobble =
      noise.at((x * 9) / side, (y * 9) / side) * 0.045 * side + noise.at(x * 0.009, y * 0.009) * 24;
    return inside + wobble;
  };

  // Turned against the axes, since the noise's lattice would show through.
  const bend = (x: number, y: number, offsetX: number, offsetY: number): number => {
    const [u, v] = [0.8 * x + 0.6 * y, 0.8 * y - 0.6 * x];
    return (
      0.16 * side * noise.at((u * 3.6) / side + offsetX, (v * 3.6) / side + offsetY) +
      150 * noise.at(u * 0.0031 + offsetX, v * 0.0031 + offsetY) +
      40 * noise.at(v * 0.012 + offsetY, u * 0.012 + offsetX)
    );
  };

  return {
    sharesAt(x, y, shares) {
      const tissue = 1 / (1 + Math.exp(-outlineDistance(x, y) / OUTLINE));
      shares.fill(0);
      if (tissue < 1e-3) return;
      const bentX = x + bend(x, y, 13, 0);
      const bentY = y + bend(x, y, 0, 29);
      nearest.fill(Infinity);
      for (const site of sites) {
        const distance = Math.hypot(bentX - site.x, bentY - site.y);
        if (distance < (nearest[site.classIndex] as number)) nearest[site.classIndex] = distance;
      }
      const closest = Math.min(...nearest);
      let sum = 0;
      for (let c = 0; c < n; c++) sum += shares[c] = Math.exp((closest - (nearest[c] as number)) / MIXTURE);
      for (let c = 0; c < n; c++) shares[c] = ((shares[c] as number) / sum) * tissue;
    },
  };
}
