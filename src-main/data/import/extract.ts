import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { mapConcurrently } from '../mapConcurrently.ts';
import { listZip, type ZipListing } from './zipListing.ts';
import { unpackTo, type ExtractOptions } from './unpackTo.ts';
import type { Listing } from './walk.ts';

const CONCURRENCY = 4;

/**
 * Unpacks the images of a zip into `target`, whole or not at all. Damaged entries are reported and left out.
 * @throws UserError when the zip is torn, unsafe, or the disk is full; the signal's reason when aborted
 */
export async function extractZip(
  file: string,
  target: string,
  options: ExtractOptions = {},
): Promise<Listing> {
  const listing = await listZip(file, options.signal);
  try {
    const { bytes } = listing;
    return await unpackTo(target, { file, bytes, signal: options.signal }, (folder) =>
      writeEntries(listing, folder, options),
    );
  } finally {
    listing.zip.close();
  }
}

async function writeEntries(
  { zip, entries, refused }: ZipListing,
  folder: string,
  { signal, onProgress }: ExtractOptions,
): Promise<Listing> {
  const broken: BrokenFile[] = [...refused];
  const paths: string[] = [];
  const folders = new Set(entries.map(({ fileName }) => path.join(folder, path.dirname(fileName))));
  for (const name of folders) await mkdir(name, { recursive: true });
  let done = 0;
  await mapConcurrently(entries, CONCURRENCY, async (entry) => {
    signal?.throwIfAborted();
    const reason = await writeEntry(zip, entry, folder);
    if (reason) broken.push({ path: entry.fileName, reason });
    else paths.push(entry.fileName);
    onProgress?.(++done, entries.length);
  });
  return { paths, folders: [], refused: broken };
}

/** @returns why the entry was left out; null: it was written */
async function writeEntry(zip: ZipFile, entry: Entry, folder: string): Promise<string | null> {
  const target = path.join(folder, entry.fileName);
  if (!target.startsWith(folder + path.sep)) return 'The file would be written outside its folder.';
  const bytes = await readEntry(zip, entry).catch(() => null);
  if (!bytes || crc32(bytes) !== entry.crc32)
    return 'The file is damaged inside the zip: its checksum is wrong. Download or copy the zip again.';
  try {
    // "wx": of two entries with one name (or names that differ by case only) the first is kept.
    await writeFile(target, bytes, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'The zip holds two files of this name.';
    throw error;
  }
  return null;
}

/** yauzl ends the stream with an error when there are more or fewer bytes than the directory says. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return buffer(await zip.openReadStreamPromise(entry));
}
