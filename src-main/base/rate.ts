/**
 * Work per second and time left, smoothed over the recent past, for progress reports.
 * Feed it the total done so far; it forgets what is older than about `window` seconds.
 */
export class RateMeter {
  readonly #window: number;
  #samples: { at: number; done: number }[] = [];

  constructor(window = 15) {
    this.#window = window;
  }

  /** @param done units done so far; @param now seconds on any steady clock */
  update(done: number, now: number = performance.now() / 1000): void {
    this.#samples.push({ at: now, done });
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? now) < now - this.#window)
      this.#samples.shift();
  }

  /** Units per second; null before there is anything to measure. */
  get perSecond(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at <= first.at || last.done <= first.done) return null;
    return (last.done - first.done) / (last.at - first.at);
  }

  /** Seconds until `total` is reached at the present rate; null while unknown. */
  secondsLeft(total: number): number | null {
    const rate = this.perSecond;
    const done = this.#samples.at(-1)?.done ?? 0;
    return rate === null ? null : Math.max(0, (total - done) / rate);
  }
}
