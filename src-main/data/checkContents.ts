import { stat } from 'node:fs/promises';
import { UserError, reasonOf } from '../base/errors.ts';
import { isRecorded, traceOf, type Contents, type Traced } from './content.ts';
import { mapConcurrently } from './mapConcurrently.ts';
import { pixelFile, placeInPack, readIndex, readPacked } from './packedPatches.ts';
import { readImageFile } from './rgb.ts';

export interface CheckedContents {
  /** The traces that files have now which were touched or copied, and hold what is on record. */
  readonly retraced: ReadonlyMap<string, string>;
  /** Those that hold something else, or cannot be read; what is wrong follows their name in a sentence. */
  readonly wrong: readonly { readonly path: string; readonly problem: string }[];
}

export interface CheckOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Enough to hide the delays of a network drive. */
const CONCURRENCY = 16;

/**
 * Holds files, and patches in packs, against what is on record of them. Only those are read whose traces are others than the known ones.
 * @throws the signal's reason when aborted
 */
export async function checkContents(
  contents: Contents,
  { signal, onProgress }: CheckOptions,
): Promise<CheckedContents> {
  const traceNow = tracer();
  const retraced = new Map<string, string>();
  let done = 0;
  const problems = await mapConcurrently([...contents], CONCURRENCY, async ([path, content]) => {
    signal.throwIfAborted();
    try {
      if ((await traceNow(path)) === content.trace) return null;
      const read = await readTraced(path);
      if (!isRecorded(read, content)) return { path, problem: 'was changed' };
      retraced.set(path, read.trace);
      return null;
    } catch (error) {
      return { path, problem: problemOf(error) };
    } finally {
      onProgress(++done, contents.size);
    }
  });
  return { retraced, wrong: problems.filter((problem) => problem !== null) };
}

/** Looks at files; at the one that holds the pixels of a pack once. */
function tracer(): (path: string) => Promise<string> {
  const ofPacks = new Map<string, Promise<string>>();
  const look = async (file: string) => traceOf(await stat(file));
  const lookAtPack = async (index: string) => look(pixelFile(index, readIndex(index)));
  return (path) => {
    const place = placeInPack(path);
    if (!place) return look(path);
    const trace = ofPacks.get(place.index) ?? lookAtPack(place.index);
    ofPacks.set(place.index, trace);
    return trace;
  };
}

async function readTraced(path: string): Promise<Traced> {
  const place = placeInPack(path);
  if (!place) return readImageFile(path);
  const { data, trace } = await readPacked(place.index, place.position);
  return { bytes: data, trace };
}

function problemOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'is no longer there';
  const isFromSystem = typeof (error as NodeJS.ErrnoException).code === 'string';
  if (!(error instanceof UserError) && !isFromSystem) throw error;
  return `cannot be read (${reasonOf(error).replace(/\.$/, '')})`;
}
