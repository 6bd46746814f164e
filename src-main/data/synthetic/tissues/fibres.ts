import { Random } from '../../../base/random.ts';
import type { Noise } from '../noise.ts';
import type { Plane } from '../stainField.ts';

/** Strands of collagen: noise stretched along a direction that wanders over the plane. */
export class Fibres {
  readonly #noise: Noise;
  readonly #cos: number;
  readonly #sin: number;

  constructor({ seed, noise }: Plane) {
    const angle = Random.from(seed, 'fibres').between(0, Math.PI);
    this.#noise = noise;
    this.#cos = Math.cos(angle);
    this.#sin = Math.sin(angle);
  }

  /** Thickness of the strand at a point, about -0.8 … 0.8. */
  at(x: number, y: number): number {
    const across = this.#across(x, y);
    const along = x * this.#cos + y * this.#sin;
    return (
      0.62 * this.#noise.at(along * 0.011, across * 0.1) +
      0.4 * this.#noise.at(along * 0.025 + 91, across * 0.27 + 17) +
      0.09 * this.#noise.at(x * 0.4, y * 0.4)
    );
  }

  /** Direction of the strands at a point, radians. */
  angleAt(x: number, y: number): number {
    const centre = this.#across(x, y);
    const gradientX = this.#across(x + 2, y) - centre;
    const gradientY = this.#across(x, y + 2) - centre;
    return Math.atan2(gradientX, -gradientY);
  }

  /** The coordinate across the strands, bent in large and small waves. */
  #across(x: number, y: number): number {
    const noise = this.#noise;
    const bend = 700 * noise.at(x * 0.0008 + 7, y * 0.0008 + 3);
    const wave = 26 * noise.at(x * 0.011 + 31, y * 0.011 + 57);
    return y * this.#cos - x * this.#sin + bend + wave;
  }
}
