import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import { mapConcurrently } from '../mapConcurrently.ts';
import { listZip, type ZipListing } from './zipListing.ts';
import type { Listing } from './walk.ts';

export interface ExtractOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const CONCURRENCY = 4;

/**
 * Unpacks the images of a zip so that `target` is there whole or not at all: into a folder beside it, then renamed; a
 * `target` from an earlier attempt is replaced. Damaged entries are reported and left out.
 * @throws UserError when the zip is torn, unsafe, or the disk is full; the signal's reason when aborted
 */
export async function extractZip(
  file: string,
  target: string,
  options: ExtractOptions = {},
): Promise<Listing> {
  const listing = await listZip(file, options.signal);
  const temporary = `${target}.${process.pid}.unpacking`;
  try {
    await mkdir(temporary, { recursive: true });
    await requireSpace(temporary, listing.bytes);
    const result = await writeEntries(listing, temporary, options);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(`Could not unpack ${file}: ${reasonOf(error)}. Nothing was kept.`);
  } finally {
    listing.zip.close();
  }
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new UserError(
      `Unpacking needs ${gigabytes(bytes)} GB, but only ${gigabytes(bavail * bsize)} GB are free where the workspace lies. Make room, or move the workspace.`,
    );
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);

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
  return { paths, refused: broken };
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
