import { RateMeter } from '../base/rate.ts';
import type { Progress } from '../contract/values/job.ts';

/** Messages about steps and progress are at least this far apart. */
const INTERVAL_MS = 100;

interface Work {
  readonly message: string;
  /** In images trained on, of `total`. */
  readonly done: number;
  readonly total: number;
  /** Of the whole job, 0–1. */
  readonly fraction: number;
  /** Where it is known better than by what was done lately. */
  readonly imagesPerSecond?: number | null;
}

/** Tells the backend of a training's steps and its progress, gathered to a few messages per second. */
export class StepReporter<Step> {
  readonly #send: (steps: Step[]) => void;
  readonly #progress: (progress: Progress) => void;
  readonly #meter = new RateMeter();
  #steps: Step[] = [];
  #sentAt = 0;

  constructor(send: (steps: Step[]) => void, progress: (progress: Progress) => void) {
    this.#send = send;
    this.#progress = progress;
  }

  add(step: Step): void {
    this.#steps.push(step);
  }

  /** Sends the steps gathered so far. */
  flush(): void {
    if (this.#steps.length > 0) this.#send(this.#steps);
    this.#steps = [];
  }

  /** Sends steps and progress, unless it did so a moment ago. */
  tell({ message, done, total, fraction, imagesPerSecond = null }: Work): void {
    const now = performance.now();
    if (now - this.#sentAt < INTERVAL_MS) return;
    this.#sentAt = now;
    this.flush();
    this.#meter.update(done);
    const rate = imagesPerSecond ?? this.#meter.perSecond;
    this.#progress({
      fraction,
      message,
      rate: rate === null ? null : { value: rate, unit: 'img/s' },
      secondsLeft: this.#meter.secondsLeft(total),
    });
  }
}
