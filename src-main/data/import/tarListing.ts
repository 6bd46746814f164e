import { open, type FileHandle } from 'node:fs/promises';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { BLOCK, padded, parseHeader, paxRecords, type TarHeader } from './tarHeader.ts';

/** An ordinary file in a tar. */
export interface TarEntry {
  /** Relative, with forward slashes; it cannot lead out. */
  readonly path: string;
  /** Of its content in the archive. */
  readonly offset: number;
  readonly size: number;
}

export interface TarListing {
  readonly entries: TarEntry[];
  /** Links and other things that are not unpacked. */
  readonly refused: BrokenFile[];
}

const MAX_ENTRIES = 1_000_000;
const MAX_FILE_BYTES = 256 * 2 ** 20;
/** Long names and pax records are short. */
const MAX_META_BYTES = 2 ** 20;

/**
 * Lists an uncompressed tar (ustar, pax, GNU long names), reading headers only.
 * @throws UserError when it is torn, unsafe or absurdly large
 */
export async function listTar(file: string, signal?: AbortSignal): Promise<TarListing> {
  const handle = await openTar(file);
  try {
    return await readHeaders(handle, file, signal);
  } finally {
    await handle.close();
  }
}

/** Opens a tar for reading. @throws UserError naming the file */
export async function openTar(file: string): Promise<FileHandle> {
  return open(file, 'r').catch((error: unknown) => {
    throw new UserError(`${file} could not be opened: ${reasonOf(error)}.`);
  });
}

async function readHeaders(handle: FileHandle, file: string, signal?: AbortSignal): Promise<TarListing> {
  const { size: total } = await handle.stat();
  const listing: TarListing = { entries: [], refused: [] };
  const torn = (details: string) =>
    new UserError(`${file} is torn or is not a tar file. Download or copy it again.`, details);
  const read = async (offset: number, size: number): Promise<Buffer> => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(size), 0, size, offset);
    if (bytesRead < size) throw torn(`it ends at ${total}, within the ${size} bytes at ${offset}`);
    return buffer;
  };
  /** What applies to the next entry instead of its own header's values. */
  let next: { path?: string; size?: number } = {};
  for (let offset = 0; ;) {
    signal?.throwIfAborted();
    const block = await read(offset, BLOCK);
    if (block.every((byte) => byte === 0)) return listing;
    const header = parseHeader(block);
    if (header === null) throw torn(`no valid header at ${offset}`);
    const own = header.kind === 'file' ? (next.size ?? header.size) : header.size;
    const content = offset + BLOCK;
    offset = content + padded(own);
    if (offset > total) throw torn(`the file ${header.path} ends beyond it`);
    if (header.kind === 'longName' || header.kind === 'pax') {
      if (own > MAX_META_BYTES) throw torn(`${own} bytes of names at ${content}`);
      const meta = await read(content, own);
      const found = header.kind === 'pax' ? paxRecords(meta) : { path: textOf(meta) };
      if (found === null) throw torn(`damaged records at ${content}`);
      next = { ...next, ...found };
      continue;
    }
    if (header.kind !== 'skipped') {
      const name = safePath(next.path ?? header.path, file);
      if (listing.entries.length + listing.refused.length >= MAX_ENTRIES)
        throw new UserError(`${file} names more than a million files, which is more than Tessera unpacks.`);
      const reason = problemOf(header, own, name);
      if (reason) listing.refused.push({ path: name, reason });
      else if (header.kind === 'file') listing.entries.push({ path: name, offset: content, size: own });
      next = {};
    }
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0.*$/s, '');

function problemOf({ kind }: TarHeader, size: number, name: string): string | null {
  if (kind === 'link') return 'A link inside a tar is not followed.';
  if (kind === 'other') return 'This is not an ordinary file.';
  if (size > MAX_FILE_BYTES) return 'The file is larger than 256 MB; an image is not.';
  return [...name].some((char) => char < ' ') ||
    (process.platform === 'win32' && /[<>:"|?*]|[. ](\/|$)/.test(name))
    ? "The file's name cannot be used on this computer."
    : null;
}

/** One entry that leads out condemns the whole archive, as with zips. */
function safePath(name: string, file: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (/^([/\\]|[a-z]:)/i.test(name) || parts.includes('..') || name.includes('\\'))
    throw new UserError(
      `${file} contains a file that would be written outside its folder. It was not unpacked.`,
      name,
    );
  return parts.join('/');
}
