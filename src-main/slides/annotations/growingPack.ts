import { mkdir, open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import { writeAll } from '../../base/writeAll.ts';
import { indexFile, patchBytes, readIndex, writeIndex, type PackIndex } from '../../data/packedPatches.ts';

/** What the patches of a pack are: with another content, size or side they are others. */
export type CutIdentity = Pick<PackIndex, 'source' | 'width' | 'height'> & {
  readonly fingerprint: string;
  readonly side: number;
};

/** The workspace cannot take the patches: nothing more can be cut. */
export class PackError extends UserError {}

/** Bytes of a patch's place: x and y. */
const PLACE_BYTES = 8;

/**
 * A slide's patches as plain pixels in the workspace. It only grows: a patch that was cut once keeps its number, so that annotations may
 * change without cutting anew, and runs find what they learnt from. What counts is what the index counts, which is written after the
 * pixels: a torn end is overwritten by the next attempt.
 */
export class GrowingPack {
  /** What says where its patches lie. */
  readonly index: string;
  readonly #pixels: FileHandle;
  readonly #places: FileHandle;
  readonly #positions: Map<number, number>;
  #state: PackIndex;

  private constructor(
    index: string,
    [pixels, places]: readonly [FileHandle, FileHandle],
    positions: Map<number, number>,
    state: PackIndex,
  ) {
    this.index = index;
    this.#pixels = pixels;
    this.#places = places;
    this.#positions = positions;
    this.#state = state;
  }

  /** Opens what an earlier import has made of the same slide at the same size, or begins anew. @param name the pack's path */
  static async open(name: string, identity: CutIdentity): Promise<GrowingPack> {
    const index = indexFile(name);
    const stem = `${path.basename(name, '.pack')}.${identity.fingerprint.slice(0, 8)}-${identity.width}-${identity.side}`;
    const { fingerprint, side, ...rest } = identity;
    const fresh: PackIndex = {
      ...{ ...rest, version: 1, count: 0, offset: 0, broken: [], file: `${stem}.pixels` },
      cut: { fingerprint, side, places: `${stem}.places` },
    };
    await mkdir(path.dirname(name), { recursive: true });
    const before = await earlier(index);
    const known = before && isSame(before, fresh) ? await readPlaces(index, before) : null;
    // Removed rather than emptied: an earlier revision of the dataset may share the files.
    if (!known) await removePack(index);
    const state = known && before ? { ...before, source: identity.source } : fresh;
    const openFile = (file: string) => open(path.join(path.dirname(name), file), known ? 'r+' : 'w');
    const files = [await openFile(state.file), await openFile(state.cut?.places ?? '')] as const;
    return new GrowingPack(index, files, known ?? new Map(), state);
  }

  /** The number of the patch at a place; undefined: it was not cut yet. */
  positionOf({ x, y }: { readonly x: number; readonly y: number }): number | undefined {
    return this.#positions.get(placeKey(x, y));
  }

  /** Adds patches. They count from the next `commit` on. */
  async append(pixels: Uint8Array, corners: Int32Array): Promise<void> {
    const { count } = this.#state;
    await this.#writing(async () => {
      await writeAll(this.#pixels, pixels, count * patchBytes(this.#state));
      await writeAll(this.#places, new Uint8Array(corners.buffer), count * PLACE_BYTES);
    });
    for (let i = 0; i < corners.length / 2; i++)
      this.#positions.set(placeKey(corners[i * 2]!, corners[i * 2 + 1]!), count + i);
    this.#state = { ...this.#state, count: count + corners.length / 2 };
  }

  /** Makes what was added survive whatever comes. */
  async commit(): Promise<void> {
    await this.#writing(async () => {
      await this.#pixels.sync();
      await this.#places.sync();
      await writeIndex(this.index, this.#state);
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#pixels.close(), this.#places.close()]);
  }

  async #writing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw new PackError(
          'The disk is full where the workspace lies. Make room and import again; what was cut is kept.',
        );
      throw new PackError(`The patches could not be written to ${this.index}: ${reasonOf(error)}.`);
    }
  }
}

/** Removes a pack by its index, with the files that belong to it. */
export async function removePack(index: string): Promise<void> {
  const pack = await earlier(index);
  await rm(index, { force: true });
  if (!pack) return;
  for (const name of [pack.file, pack.cut?.places ?? ''])
    await rm(path.join(path.dirname(index), path.basename(name)), { force: true });
}

const placeKey = (x: number, y: number): number => x * 2 ** 24 + y;

/** null: there is none, or nothing can be made of it. */
async function earlier(index: string): Promise<PackIndex | null> {
  if ((await stat(index).catch(() => null)) === null) return null;
  try {
    return readIndex(index);
  } catch {
    return null;
  }
}

function isSame(a: PackIndex, b: PackIndex): boolean {
  return a.file === b.file && a.cut?.fingerprint === b.cut?.fingerprint && a.cut?.side === b.cut?.side;
}

/** null: the files are not what the index says. */
async function readPlaces(index: string, pack: PackIndex): Promise<Map<number, number> | null> {
  try {
    const folder = path.dirname(index);
    const { size } = await stat(path.join(folder, pack.file));
    const bytes = await readFile(path.join(folder, pack.cut?.places ?? ''));
    if (size < pack.count * patchBytes(pack) || bytes.length < pack.count * PLACE_BYTES) return null;
    const corners = new Int32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + pack.count * PLACE_BYTES),
    );
    return new Map(
      Array.from({ length: pack.count }, (_, i) => [placeKey(corners[i * 2]!, corners[i * 2 + 1]!), i]),
    );
  } catch {
    return null;
  }
}
