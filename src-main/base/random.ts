/**
 * Seeded random numbers: sfc32 (Chris Doty-Humphrey, PractRand). Small, fast, passes BigCrush, and its state is four
 * 32-bit numbers, so that a checkpoint can hold it.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  private constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state;
  }

  /**
   * A generator for one purpose of one run. Different purposes under one seed give independent sequences, so that adding
   * a draw to one (say, augmentation) never shifts another (say, initial weights).
   */
  static from(seed: number, ...purpose: (string | number)[]): Random {
    let hash = 0x811c9dc5; // FNV-1a over seed and purpose
    for (const char of [seed, ...purpose].join('/'))
      hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
    const random = new Random([hash | 0, seed | 0, 0x9e3779b9 | 0, 1]);
    for (let i = 0; i < 15; i++) random.#next();
    return random;
  }

  static restore(state: RandomState): Random {
    return new Random(state);
  }

  get state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number {
    return this.#next() / 4_294_967_296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number, uniform in 0 … below - 1. */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** Standard normal (Box & Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A new array with the same elements in random order (Fisher & Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  #next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    this.#c |= 0;
    return t >>> 0;
  }
}

export type RandomState = readonly [number, number, number, number];
