import { mkdir, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { UserError } from '../../base/errors.ts';
import { listTar, openTar, type TarEntry } from './tarListing.ts';
import { unpackTo, type ExtractOptions } from './unpackTo.ts';

/**
 * Unpacks those files of a tar that are wanted into `target`, whole or not at all.
 * @returns what was left out
 * @throws UserError when the tar is torn, unsafe, or the disk is full; the signal's reason when aborted
 */
export async function extractTar(
  file: string,
  target: string,
  wanted: (path: string) => boolean,
  { signal, onProgress }: ExtractOptions = {},
): Promise<BrokenFile[]> {
  const listing = await listTar(file, signal);
  const entries = listing.entries.filter((entry) => wanted(entry.path));
  const refused = listing.refused.filter((entry) => wanted(entry.path));
  const bytes = entries.reduce((total, { size }) => total + size, 0);
  await unpackTo(target, { file, bytes, signal }, async (folder) => {
    const handle = await openTar(file);
    try {
      const folders = new Set(entries.map((entry) => path.join(folder, path.dirname(entry.path))));
      for (const name of folders) await mkdir(name, { recursive: true });
      for (const [i, entry] of entries.entries()) {
        signal?.throwIfAborted();
        const reason = await writeEntry(handle, entry, folder);
        if (reason) refused.push({ path: entry.path, reason });
        onProgress?.(i + 1, entries.length);
      }
    } finally {
      await handle.close();
    }
  });
  return refused;
}

/** The content of a file in an opened tar. @throws UserError when the tar ends before it does */
export async function readTarEntry(
  handle: FileHandle,
  { path: name, offset, size }: TarEntry,
): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, offset);
  if (bytesRead < size) throw new UserError(`The archive ends within ${name}. Download or copy it again.`);
  return buffer;
}

/** @returns why the entry was left out; null: it was written */
async function writeEntry(handle: FileHandle, entry: TarEntry, folder: string): Promise<string | null> {
  const target = path.join(folder, entry.path);
  if (!target.startsWith(folder + path.sep)) return 'The file would be written outside its folder.';
  try {
    // "wx": of two entries with one name (or names that differ by case only) the first is kept.
    await writeFile(target, await readTarEntry(handle, entry), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'The tar holds two files of this name.';
    throw error;
  }
  return null;
}
