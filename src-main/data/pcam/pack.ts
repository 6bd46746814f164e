import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from '../../base/atomicFile.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import { writeAll } from '../../base/writeAll.ts';
import { requireSpace, type ExtractOptions } from '../import/unpackTo.ts';
import { sameFile, type FileIdentity } from './files.ts';
import type { Hdf5Description } from './hdf5Messages.ts';
import type { Hdf5Reader } from './hdf5Reader.ts';

export interface PackSource {
  readonly file: string;
  readonly dataset: string;
  readonly description: Hdf5Description;
  readonly identity: FileIdentity;
}

/** Patches from `first` to `last` that could not be read, and why. */
export interface BrokenRange {
  readonly first: number;
  readonly last: number;
  readonly reason: string;
}

/** Of patches that are read and written at a time. */
const BLOCK_BYTES = 16 * 2 ** 20;
/** Blocks as the file is stored in are read as a whole, up to this. */
const MAX_BLOCK_BYTES = 128 * 2 ** 20;
/** After so many unreadable pieces the rest is given up. */
const MAX_FAILURES = 20;

/**
 * Writes a dataset [N, …] of bytes out plainly, by slices: compressed blocks would be unpacked anew for every patch that is asked for.
 * The file is there whole or not at all; a later call for the same source goes on where one was stopped.
 * @returns the patches that could not be read, whose bytes are 0
 * @throws UserError when the disk is full; the signal's reason when aborted
 */
export async function packPatches(
  reader: Hdf5Reader,
  source: PackSource,
  target: string,
  { signal, onProgress }: ExtractOptions = {},
): Promise<BrokenRange[]> {
  const { shape } = source.description;
  const [count = 0, ...rest] = shape;
  const bytes = rest.reduce((product, side) => product * side, 1);
  const blocks = blockLength(source.description, bytes);
  const [partial, notes] = [`${target}.partial`, `${target}.partial.json`];
  const earlier = await earlierAttempt(partial, notes, source.identity);
  const broken = earlier?.broken ?? [];
  const written = earlier ? Math.floor(earlier.bytes / bytes) : 0;
  let done = written >= count ? count : Math.floor(written / blocks) * blocks;
  await requireSpace(path.dirname(target), (count - done) * bytes, 'A copy of the patches as plain pixels');
  if (!earlier) await writeAtomic(notes, JSON.stringify({ source: source.identity, broken }));
  const handle = await open(partial, earlier ? 'r+' : 'w');
  try {
    for (; done < count; done += blocks) {
      signal?.throwIfAborted();
      const to = Math.min(count, done + blocks);
      const block = await readBlock(reader, source, done, to, bytes, broken.length < MAX_FAILURES);
      if (block.broken.length > 0) {
        broken.push(...block.broken);
        await writeAtomic(notes, JSON.stringify({ source: source.identity, broken }));
      }
      await writeAll(handle, block.values, done * bytes);
      onProgress?.(to, count);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, target);
  await rm(notes, { force: true });
  return joined(broken);
}

/** Whole blocks of the file at a time, so that each is unpacked once. */
function blockLength({ chunks }: Hdf5Description, bytes: number): number {
  const wanted = Math.max(1, Math.floor(BLOCK_BYTES / bytes));
  const stored = Math.min(chunks?.[0] ?? 1, Math.max(1, Math.floor(MAX_BLOCK_BYTES / bytes)));
  return Math.max(1, Math.round(wanted / stored)) * stored;
}

async function readBlock(
  reader: Hdf5Reader,
  { file, dataset, description }: PackSource,
  from: number,
  to: number,
  bytes: number,
  willing: boolean,
): Promise<{ values: Uint8Array; broken: BrokenRange[] }> {
  const read = async (first: number, end: number): Promise<Uint8Array> => {
    const values = await reader.read(file, dataset, first, end);
    if (values.length !== (end - first) * bytes) throw new UserError('it ends early');
    return values;
  };
  const unreadable = (first: number, end: number, error: unknown): BrokenRange => ({
    first,
    last: end - 1,
    reason: reasonOf(error),
  });
  const values = new Uint8Array((to - from) * bytes);
  if (!willing) return { values, broken: [unreadable(from, to, 'too much before it could not be read')] };
  try {
    return { values: await read(from, to), broken: [] };
  } catch (error) {
    const piece = description.chunks?.[0] ?? to - from;
    if (piece >= to - from) return { values, broken: [unreadable(from, to, error)] };
    const broken: BrokenRange[] = [];
    for (let first = from; first < to; first += piece) {
      const end = Math.min(to, first + piece);
      if (broken.length >= MAX_FAILURES) {
        broken.push(unreadable(first, to, 'too much before it could not be read'));
        break;
      }
      try {
        values.set(await read(first, end), (first - from) * bytes);
      } catch (reason) {
        broken.push(unreadable(first, end, reason));
      }
    }
    return { values, broken };
  }
}

async function earlierAttempt(
  partial: string,
  notes: string,
  identity: FileIdentity,
): Promise<{ bytes: number; broken: BrokenRange[] } | null> {
  try {
    const { source, broken } = JSON.parse(await readFile(notes, 'utf8')) as {
      source: FileIdentity;
      broken: BrokenRange[];
    };
    const { size } = await stat(partial);
    return sameFile(source, identity) ? { bytes: size, broken } : null;
  } catch {
    return null; // there was none, or nothing can be made of it
  }
}

/** Neighbours with the same reason as one. */
function joined(ranges: readonly BrokenRange[]): BrokenRange[] {
  const result: BrokenRange[] = [];
  for (const range of ranges) {
    const before = result.at(-1);
    if (before && before.last + 1 === range.first && before.reason === range.reason)
      result[result.length - 1] = { ...before, last: range.last };
    else result.push(range);
  }
  return result;
}
