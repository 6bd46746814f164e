/** Seconds of work that a kill may cost at most, besides the step under way. */
const CHECKPOINT_SECONDS = 20;
/** Share of the time that checkpoints may take, where there could be more of them. */
const CHECKPOINT_SHARE = 0.1;

/** When to write a checkpoint: often enough that a kill costs little, seldom enough that writing does. */
export class CheckpointPace {
  readonly #clock: () => number;
  /** When the newest checkpoint was there, and how long it took to write. */
  #saved: { at: number; took: number };

  /** @param clock steady seconds */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#saved = { at: clock(), took: 0 };
  }

  /** A kill would now cost more than it may. */
  get overdue(): boolean {
    return this.#clock() - this.#saved.at > CHECKPOINT_SECONDS;
  }

  /** One at a good moment is worth its time. */
  get affordable(): boolean {
    const { at, took } = this.#saved;
    return this.#clock() - at >= Math.min(CHECKPOINT_SECONDS, took / CHECKPOINT_SHARE);
  }

  /** Writes one and takes its time. */
  async save(write: () => Promise<void>): Promise<void> {
    const began = this.#clock();
    await write();
    this.#saved = { at: this.#clock(), took: this.#clock() - began };
  }
}
