import { hash } from 'node:crypto';
import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import type { FoundPatch } from '../../contract/worker.ts';
import { packedPath, readPacked } from '../../data/packedPatches.ts';
import { chunksOf } from './chunks.ts';
import type { CutResult } from './cutMessages.ts';
import { CUTTING_THREADS, type Cutter } from './cutter.ts';
import type { GrowingPack } from './growingPack.ts';
import type { SlidePlan } from './plan.ts';

/** Chunks that are on their way: while one is written, the next are read. */
const CHUNKS_AHEAD = 2 * CUTTING_THREADS;
/** Milliseconds between commits, each of which waits for the disk. */
const COMMIT_INTERVAL = 1000;
/** After so many unreadable patches the rest of a slide is given up. */
const MOST_BROKEN = 1000;

export interface CutBatch {
  readonly patches: FoundPatch[];
  readonly broken: BrokenFile[];
  /** Squares of the slide that are done with. */
  readonly done: number;
}

export interface CutOptions {
  readonly cutter: Cutter;
  readonly patchSize: number;
  /** The dataset's class of each of the plan's. */
  readonly classOf: readonly number[];
  readonly signal: AbortSignal;
}

/**
 * Cuts what is not in the pack yet and tells of every patch of a slide, in batches, once it is safe on disk. A damaged tile leaves out the
 * patches that need it.
 * @throws UserError when the slide cannot be opened; PackError when nothing can be written; the signal's reason when aborted
 */
export async function* cutSlide(
  { pair, side, stride, squares: { corners, classIndices } }: SlidePlan,
  pack: GrowingPack,
  { cutter, patchSize, classOf, signal }: CutOptions,
): AsyncGenerator<CutBatch, void, undefined> {
  const placeOf = (square: number) => ({ x: corners[square * 2]!, y: corners[square * 2 + 1]!, side });
  const positionOf = (square: number) => pack.positionOf(placeOf(square));
  const cornersOf = (squares: readonly number[]) =>
    Int32Array.from(squares.flatMap((square) => [corners[square * 2]!, corners[square * 2 + 1]!]));
  let patches: FoundPatch[] = [];
  let broken: BrokenFile[] = [];

  function tell(square: number, sha256: string): void {
    const [slide, place] = [pair.slide, placeOf(square)];
    const path = packedPath(`${slide}.pack`, positionOf(square) ?? 0);
    const classIndex = classOf[classIndices[square]!]!;
    patches.push({
      ...{ path, classIndex, split: pair.split, width: patchSize, height: patchSize, sha256, slide, place },
    });
  }

  async function takeIn(fresh: readonly number[], { pixels, hashes, reasons }: CutResult): Promise<void> {
    await pack.append(pixels, cornersOf(fresh.filter((_square, i) => hashes[i] !== null)));
    fresh.forEach((square, i) => {
      const { x, y } = placeOf(square);
      const [sha256, reason] = [hashes[i] ?? null, reasons[i] ?? ''];
      if (sha256 === null) broken.push({ path: `${pair.slide} (${x}, ${y})`, reason });
      else tell(square, sha256);
    });
  }

  const started = aheadOf(chunksOf(corners, stride, patchSize), (chunk) => {
    const fresh = chunk.filter((square) => positionOf(square) === undefined);
    const cut =
      fresh.length === 0
        ? null
        : cutter.cut({ slideFile: pair.slideFile, patchSize, side, corners: cornersOf(fresh) });
    return { known: chunk.filter((square) => positionOf(square) !== undefined), fresh, cut };
  });
  let [done, failures, committed] = [0, 0, performance.now()];
  try {
    for (const { known, fresh, cut } of started) {
      if (cut) await takeIn(fresh, await cut);
      const hashes = await hashesInPack(
        pack,
        known.map((square) => positionOf(square) ?? 0),
      );
      known.forEach((square, i) => tell(square, hashes[i]!));
      done += known.length + fresh.length;
      await letMessagesIn(); // cancel among them
      signal.throwIfAborted();
      const left = classIndices.length - done;
      if (left > 0 && failures + broken.length >= MOST_BROKEN) {
        const reason = `So many of its tiles are damaged that the other ${left.toLocaleString('en')} patches were given up.`;
        broken.push({ path: pair.slide, reason });
        break;
      }
      if (performance.now() - committed < COMMIT_INTERVAL) continue;
      await pack.commit();
      yield { patches, broken, done };
      failures += broken.length;
      [patches, broken, committed] = [[], [], performance.now()];
    }
    await pack.commit();
    yield { patches, broken, done: classIndices.length };
  } catch (error) {
    signal.throwIfAborted(); // which ended the threads
    throw error;
  }
}

/** Starts some of the items before their turn comes. */
function* aheadOf<Item, Started>(items: readonly Item[], start: (item: Item) => Started): Generator<Started> {
  const waiting: Started[] = [];
  for (const item of items) {
    waiting.push(start(item));
    if (waiting.length >= CHUNKS_AHEAD) yield waiting.shift()!;
  }
  yield* waiting;
}

/** Of patches that were cut before: of what is there now. Those that follow each other are read together. */
async function hashesInPack(pack: GrowingPack, positions: readonly number[]): Promise<string[]> {
  const hashes: string[] = [];
  while (hashes.length < positions.length) {
    const rest = positions.slice(hashes.length);
    const gap = rest.findIndex((position, i) => position !== rest[0]! + i);
    const { data, count } = await readPacked(pack.index, rest[0]!, gap === -1 ? rest.length : gap);
    const bytes = data.length / count;
    for (let i = 0; i < count; i++)
      hashes.push(hash('sha256', data.subarray(i * bytes, (i + 1) * bytes), 'hex'));
  }
  return hashes;
}
