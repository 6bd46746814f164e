/** Runs at most `atOnce` tasks together; the others wait their turn in the order they came. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // Handing the place to the next in line directly keeps a newcomer from overtaking it.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
