import type { BoundedFile } from './boundedFile.ts';
import { TAG } from './tags.ts';

/*
 * Image file directories of classic TIFF (TIFF 6.0, section 2) and BigTIFF, in either byte order. Written for damaged
 * files: every count and offset is held against the file's length before memory is taken for it, and loops of
 * directories end.
 */

/** One image of a TIFF file: its tags. RATIONALs are quotients, ASCII comes from `text`. */
export interface Directory {
  /** Position among the file's top-level directories; null for a SubIFD. */
  readonly page: number | null;
  has(tag: number): boolean;
  /** The first value; `fallback` where the tag is absent. */
  number(tag: number, fallback: number): number;
  /** All values; empty where the tag is absent. */
  numbers(tag: number): readonly number[];
  /** ASCII or bytes as UTF-8 text without trailing NULs; empty where the tag is absent. */
  text(tag: number): string;
  bytes(tag: number): Uint8Array;
}

/** A tag's raw value. */
interface Field {
  readonly type: number;
  readonly count: number;
  readonly view: DataView;
}

/** Bytes per value of each TIFF field type. */
// prettier-ignore
const TYPE_BYTES: Record<number, number> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
};

const MAX_DIRECTORIES = 1000;
const MAX_ENTRIES = 4096;
/** Values of different tags may share bytes, but not so many. */
const MAX_SHARED_BYTES = 64 * 1024 * 1024;

/** Private tags and profiles are not read: damage there harms nothing, and they can be large. */
const KNOWN_TAGS: ReadonlySet<number> = new Set(Object.values(TAG));

/**
 * All top-level directories and their SubIFDs, in file order.
 * @throws TruncatedError when a directory or a tag's value lies beyond the file's end; Error for damage
 */
export async function readDirectories(file: BoundedFile): Promise<Directory[]> {
  const reader = await readHeader(file);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  let page = 0;
  for (let next = reader.first; next !== 0; page++) {
    if (seen.has(next)) throw new Error('its directories run in a circle');
    if (page >= MAX_DIRECTORIES) throw new Error('it has too many directories');
    seen.add(next);
    const found = await reader.directoryAt(next, page);
    directories.push(found.directory);
    for (const offset of found.directory.numbers(TAG.subIfds)) {
      if (seen.has(offset) || seen.size > 4 * MAX_DIRECTORIES)
        throw new Error('its directories run in a circle');
      seen.add(offset);
      directories.push((await reader.directoryAt(offset, null)).directory);
    }
    next = found.next;
  }
  return directories;
}

interface DirectoryReader {
  readonly first: number;
  directoryAt(offset: number, page: number | null): Promise<{ directory: Directory; next: number }>;
}

async function readHeader(file: BoundedFile): Promise<DirectoryReader> {
  const header = viewOf(await file.read(0, 8));
  const little = header.getUint16(0) === 0x4949;
  const big = header.getUint16(2, little) === 43;
  const first = big ? uint64(viewOf(await file.read(8, 8)), 0, little) : header.getUint32(4, little);

  /** The sizes of a directory's parts differ between the two kinds of TIFF. */
  const [countBytes, entryBytes, inlineBytes] = big ? [8, 20, 8] : [2, 12, 4];
  const offsetAt = (view: DataView, at: number): number =>
    big ? uint64(view, at, little) : view.getUint32(at, little);

  let total = 0; // bytes of tag values read

  async function directoryAt(offset: number, page: number | null) {
    const head = viewOf(await file.read(offset, countBytes));
    const entries = big ? uint64(head, 0, little) : head.getUint16(0, little);
    if (entries === 0 || entries > MAX_ENTRIES) throw new Error(`a directory claims ${entries} entries`);
    const body = viewOf(await file.read(offset + countBytes, entries * entryBytes + inlineBytes));
    const fields = new Map<number, Field>();
    for (let i = 0; i < entries; i++) {
      const at = i * entryBytes;
      const tag = body.getUint16(at, little);
      if (!KNOWN_TAGS.has(tag)) continue;
      const type = body.getUint16(at + 2, little);
      const count = big ? uint64(body, at + 4, little) : body.getUint32(at + 4, little);
      const length = (TYPE_BYTES[type] ?? 0) * count;
      if (length === 0) continue; // no values, or of a type that TIFF does not know
      total += length;
      if (total > file.size + MAX_SHARED_BYTES) throw new Error(`tag ${tag} claims ${length} bytes`);
      const valueAt = at + entryBytes - inlineBytes;
      const view =
        length <= inlineBytes
          ? new DataView(body.buffer, body.byteOffset + valueAt, length)
          : viewOf(await file.read(offsetAt(body, valueAt), length));
      fields.set(tag, { type, count, view });
    }
    return { directory: directoryOf(fields, little, page), next: offsetAt(body, entries * entryBytes) };
  }
  return { first, directoryAt };
}

function directoryOf(fields: ReadonlyMap<number, Field>, little: boolean, page: number | null): Directory {
  const values = new Map<number, readonly number[]>(); // decoded once: tile offsets are asked for per tile
  const numbers = (tag: number): readonly number[] => {
    const known = values.get(tag);
    if (known) return known;
    const field = fields.get(tag);
    const decoded = field ? Array.from({ length: field.count }, (_, i) => valueAt(field, i, little)) : [];
    values.set(tag, decoded);
    return decoded;
  };
  const bytes = (tag: number): Uint8Array => {
    const view = fields.get(tag)?.view;
    return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array();
  };
  return {
    page,
    has: (tag) => fields.has(tag),
    number: (tag, fallback) => numbers(tag)[0] ?? fallback,
    numbers,
    text: (tag) => new TextDecoder().decode(bytes(tag)).replace(/\0+$/, ''),
    bytes,
  };
}

function valueAt({ type, view }: Field, index: number, little: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(index * 2, little);
    case 4:
    case 13:
      return view.getUint32(index * 4, little);
    case 5:
      return view.getUint32(index * 8, little) / view.getUint32(index * 8 + 4, little);
    case 6:
      return view.getInt8(index);
    case 8:
      return view.getInt16(index * 2, little);
    case 9:
      return view.getInt32(index * 4, little);
    case 10:
      return view.getInt32(index * 8, little) / view.getInt32(index * 8 + 4, little);
    case 11:
      return view.getFloat32(index * 4, little);
    case 12:
      return view.getFloat64(index * 8, little);
    case 16:
    case 18:
      return uint64(view, index * 8, little);
    case 17:
      return Number(view.getBigInt64(index * 8, little));
    default:
      return view.getUint8(index);
  }
}

function uint64(view: DataView, at: number, little: boolean): number {
  const value = Number(view.getBigUint64(at, little));
  if (!Number.isSafeInteger(value)) throw new Error('an offset is out of any file');
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
