import { open, type FileHandle } from 'node:fs/promises';
import type { Hdf5Reader } from './hdf5Reader.ts';

/** The headers of a file with one dataset lie at its beginning (or at its end, where it was written last). */
const SEARCHED_BYTES = 1 << 20;
const PROBES = 16;

/**
 * Where the values of a dataset lie in its file, when they lie there in one piece, unchanged; null: they do not, or the place was not
 * found. h5wasm does not tell it, so candidates are found by the dataset's layout message (HDF5 specification, IV.A.2.i: version 3 or 4,
 * class 1, address, size), and one counts only if the library reads the same bytes at places spread over the whole dataset.
 * @param entryBytes size of an entry along the first axis
 */
export async function contiguousOffset(
  reader: Hdf5Reader,
  file: string,
  dataset: string,
  count: number,
  entryBytes: number,
): Promise<number | null> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    for (const offset of await candidates(handle, size, count * entryBytes))
      if (await agrees(handle, offset)) return offset;
    return null;
  } finally {
    await handle.close();
  }

  async function agrees(opened: FileHandle, offset: number): Promise<boolean> {
    const bytes = Buffer.alloc(entryBytes);
    for (let probe = 0; probe < PROBES; probe++) {
      const entry = Math.floor(((count - 1) * probe) / (PROBES - 1));
      await opened.read(bytes, 0, entryBytes, offset + entry * entryBytes);
      if (!bytes.equals(await reader.read(file, dataset, entry, entry + 1))) return false;
    }
    return true;
  }
}

async function candidates(handle: FileHandle, size: number, bytes: number): Promise<number[]> {
  const wanted = Buffer.alloc(8);
  wanted.writeBigUInt64LE(BigInt(bytes));
  const found = new Set<number>();
  for (const start of [0, Math.max(0, size - SEARCHED_BYTES)]) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SEARCHED_BYTES), 0, SEARCHED_BYTES, start);
    const searched = buffer.subarray(0, bytesRead);
    for (let at = searched.indexOf(wanted, 10); at >= 0; at = searched.indexOf(wanted, at + 1)) {
      const [version, layoutClass] = [searched[at - 10], searched[at - 9]];
      if ((version !== 3 && version !== 4) || layoutClass !== 1) continue;
      const address = searched.readBigUInt64LE(at - 8);
      if (address > 0n && address + BigInt(bytes) <= BigInt(size)) found.add(Number(address));
    }
  }
  return [...found];
}
