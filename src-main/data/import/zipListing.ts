import { stat } from 'node:fs/promises';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { UserError, reasonOf } from '../../base/errors.ts';
import { isIgnoredName, mayBePatch } from './names.ts';

const MAX_ENTRIES = 1_000_000;
const MAX_FILE_BYTES = 256 * 2 ** 20;
const MAX_TOTAL_BYTES = 200 * 2 ** 30;
/** Images hardly shrink in a zip; one that grows a hundredfold beyond the harmless size is a bomb. */
const MAX_RATIO = 100;
const HARMLESS_BYTES = 200 * 2 ** 20;

export interface ZipListing {
  readonly zip: ZipFile;
  /** Entries that may be patches. Their names are relative, with forward slashes, and cannot lead out. */
  readonly entries: Entry[];
  readonly refused: BrokenFile[];
  /** Uncompressed size of `entries`. */
  readonly bytes: number;
}

/**
 * Opens a zip and reads its directory. The caller closes `zip`.
 * @throws UserError when the zip is torn, unsafe or absurdly large
 */
export async function listZip(file: string, signal?: AbortSignal): Promise<ZipListing> {
  // yauzl refuses absolute paths, drive letters and ".." by throwing; one such entry condemns the whole zip.
  const zip = await openPromise(file, { autoClose: false, strictFileNames: false }).catch(
    (error: unknown) => {
      throw zipProblem(file, error);
    },
  );
  try {
    const { size } = await stat(file);
    const listing = { zip, entries: [] as Entry[], refused: [] as BrokenFile[], bytes: 0 };
    if (zip.entryCount > MAX_ENTRIES)
      throw new UserError(
        `${file} names ${zip.entryCount.toLocaleString('en')} files, which is more than Tessera unpacks.`,
      );
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      const parts = entry.fileName.split('/').filter((part) => part !== '.'); // some tools begin with "./"
      if (entry.fileName.endsWith('/') || parts.some(isIgnoredName) || !mayBePatch(parts.at(-1) ?? ''))
        continue;
      const reason = entryProblem(entry);
      if (reason) {
        listing.refused.push({ path: entry.fileName, reason });
        continue;
      }
      listing.entries.push(entry);
      listing.bytes += entry.uncompressedSize;
      const swollen = listing.bytes > HARMLESS_BYTES && listing.bytes > MAX_RATIO * size;
      if (swollen || listing.bytes > MAX_TOTAL_BYTES)
        throw new UserError(
          `${file} would unpack to far more than its own size, as a "zip bomb" does. It was not unpacked. If you trust it, unpack it yourself and import the folder.`,
        );
    }
    return listing;
  } catch (error) {
    zip.close();
    signal?.throwIfAborted();
    throw error instanceof UserError ? error : zipProblem(file, error);
  }
}

const UNIX_TYPE_MASK = 0o170000;
const UNIX_LINK = 0o120000;

function entryProblem(entry: Entry): string | null {
  if (((entry.externalFileAttributes >>> 16) & UNIX_TYPE_MASK) === UNIX_LINK)
    return 'A link inside a zip is not followed.';
  if (entry.isEncrypted())
    return 'The file is protected by a password. Unpack the zip yourself and import the folder.';
  if (!entry.canDecodeFileData()) return 'The file is packed by a method that Tessera does not know.';
  if (entry.uncompressedSize > MAX_FILE_BYTES) return 'The file is larger than 256 MB; a patch is not.';
  if (hasUnsafeName(entry.fileName)) return "The file's name cannot be used on this computer.";
  return null;
}

function hasUnsafeName(name: string): boolean {
  if ([...name].some((char) => char < ' ')) return true;
  return process.platform === 'win32' && name.split('/').some((part) => /[<>:"|?*]|[. ]$/.test(part));
}

function zipProblem(file: string, error: unknown): UserError {
  const reason = reasonOf(error);
  if (/invalid relative path|absolute path|invalid characters in fileName/i.test(reason))
    return new UserError(
      `${file} contains a file that would be written outside its folder. It was not unpacked.`,
      reason,
    );
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new UserError(`${file} is not there any more.`);
  if (code === 'EACCES' || code === 'EPERM') return new UserError(`${file} may not be read by this user.`);
  return new UserError(`${file} is torn or is not a zip file. Download or copy it again.`, reason);
}
