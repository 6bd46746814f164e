import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../base/atomicFile.ts';
import { UserError, reasonOf } from '../base/errors.ts';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
  type CheckpointState,
  type StateFormat,
} from './checkpoint.ts';

/** What `latest` found: the newest checkpoint that is whole; and of newer ones that are not, name and reason. */
export interface Latest<S extends CheckpointState> {
  readonly checkpoint: Checkpoint<S> | null;
  readonly damaged: readonly string[];
}

/** The steps of a checkpoint and of the best checkpoint that it refers to. */
interface Kept {
  readonly step: number;
  readonly best: number | null;
}

/**
 * The checkpoints of one training in a folder of their own: immutable files named by their step, `checkpoint-00000240.safetensors`.
 * Kept are the newest, the one before it, and the best ones that these two refer to; the rest is removed. So
 * there is nothing to rotate or copy, and whichever moment a kill hits, a whole checkpoint with its best is there.
 */
export class CheckpointStore<S extends CheckpointState> {
  readonly #folder: string;
  readonly #format: StateFormat<S>;
  /** At most two, newest first; only checkpoints known to be whole. */
  #kept: readonly Kept[] = [];

  constructor(folder: string, format: StateFormat<S>) {
    this.#folder = folder;
    this.#format = format;
  }

  async save(checkpoint: Checkpoint<S>): Promise<void> {
    const kept = this.#keptBy(checkpoint);
    await writeAtomic(this.#file(kept.step), encodeCheckpoint(checkpoint));
    this.#kept = [kept, ...this.#kept.filter(({ step }) => step !== kept.step)].slice(0, 2);
    await this.#prune();
  }

  /**
   * The checkpoint after this many steps.
   * @throws UserError when it is missing or damaged.
   */
  async load(step: number): Promise<Checkpoint<S>> {
    try {
      return await this.#read(step);
    } catch (error) {
      throw new UserError(
        `The checkpoint ${this.#file(step)} cannot be used: ${reasonOf(error)}. ` +
          'Start the run anew; the same seed gives the same result.',
      );
    }
  }

  /** Looks from the newest file backwards; a checkpoint counts only together with the best one that it refers to. */
  async latest(): Promise<Latest<S>> {
    const damaged: string[] = [];
    for (const step of (await this.#steps()).reverse()) {
      try {
        const checkpoint = await this.#read(step);
        const kept = this.#keptBy(checkpoint);
        if (kept.best !== null && kept.best !== step) await this.#read(kept.best);
        this.#kept = [kept];
        return { checkpoint, damaged };
      } catch (error) {
        damaged.push(`${nameOf(step)} (${reasonOf(error)})`);
      }
    }
    return { checkpoint: null, damaged };
  }

  /** Removes every checkpoint, for a run that begins anew. */
  async clear(): Promise<void> {
    this.#kept = [];
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The folder is the run's own: whatever else lies in it is an older checkpoint or the rest of a killed write. */
  async #prune(): Promise<void> {
    const wanted = new Set(this.#kept.flatMap(({ step, best }) => [step, best ?? step]).map(nameOf));
    for (const name of await readdir(this.#folder))
      if (!wanted.has(name)) await rm(path.join(this.#folder, name), { recursive: true, force: true });
  }

  /** Ascending. */
  async #steps(): Promise<number[]> {
    await mkdir(this.#folder, { recursive: true });
    return (await readdir(this.#folder))
      .flatMap((name) => /^checkpoint-(\d+)\.safetensors$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  async #read(step: number): Promise<Checkpoint<S>> {
    return decodeCheckpoint(await readFile(this.#file(step)), this.#format);
  }

  #keptBy({ state }: Checkpoint<S>): Kept {
    return { step: state.step, best: this.#format.bestStep(state) };
  }

  #file(step: number): string {
    return path.join(this.#folder, nameOf(step));
  }
}

function nameOf(step: number): string {
  return `checkpoint-${String(step).padStart(8, '0')}.safetensors`;
}
