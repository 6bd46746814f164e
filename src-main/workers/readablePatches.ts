import { UserError } from '../base/errors.ts';
import type { PredictSpec } from '../contract/worker.ts';
import type { UnreadablePatches } from '../contract/values/slide.ts';
import type { RegionPatches } from '../slides/regionMessages.ts';

/** What is dealt with already when a prediction begins; `done` counts the unreadable ones too. */
export type Beginning = Pick<NonNullable<PredictSpec['resume']>, 'done' | 'unreadable'>;

/** Keeps apart, while the patches of a slide are read in grid order, those that could be read from those that could not. */
export class ReadablePatches {
  /** Patches that were classified before the first one here. */
  readonly classifiedBefore: number;
  readonly #total: number;
  readonly #imageValues: number;
  /** Of the patches that could be read, in grid order. */
  readonly #positions: number[] = [];
  #next: number;
  #reason: string | null;

  /** @param total patches of the slide; @param imageValues numbers per image */
  constructor(total: number, imageValues: number, { done, unreadable }: Beginning) {
    this.#total = total;
    this.#imageValues = imageValues;
    this.#next = done;
    this.#reason = unreadable?.reason ?? null;
    this.classifiedBefore = done - (unreadable?.patches ?? 0);
  }

  /**
   * Passes the images on, until there is no more or more than half of the slide's patches could not be read.
   * @param pieces of patches, in grid order and without gaps
   */
  async *images(pieces: AsyncIterable<RegionPatches>): AsyncGenerator<Float32Array, void, undefined> {
    for await (const { planes, unreadable, reason } of pieces) {
      const missing = new Set(unreadable);
      const count = planes.length / this.#imageValues + missing.size;
      for (let i = 0; i < count; i++) if (!missing.has(i)) this.#positions.push(this.#next + i);
      this.#next += count;
      this.#reason ??= reason;
      yield planes;
      if (this.#tooFew) return;
    }
  }

  /** @throws UserError when more than half of the slide's patches could not be read */
  refuseTooFew(): void {
    if (this.#tooFew)
      throw new UserError(
        `More than half of the ${this.#total.toLocaleString('en')} patches could not be read: ${this.#reason}, and so are others. Copy the slide's file again, or scan the slide anew.`,
      );
  }

  get #tooFew(): boolean {
    const lost = this.#next - this.classifiedBefore - this.#positions.length;
    return lost * 2 > this.#total;
  }

  /** Positions in grid order of classified patches. @param start counted from the first that was ever classified */
  positions(start: number, count: number): number[] {
    const from = start - this.classifiedBefore;
    return this.#positions.slice(from, from + count);
  }

  /** How far the slide is dealt with once `classified` patches are, and which of them could not be read. */
  reached(classified: number): { done: number; unreadable: UnreadablePatches | null } {
    const next = this.#positions[classified - this.classifiedBefore];
    const done = next ?? this.#next; // up to the next patch that waits to be classified
    const lost = done - classified;
    return { done, unreadable: lost > 0 ? { patches: lost, reason: this.#reason ?? '' } : null };
  }
}
