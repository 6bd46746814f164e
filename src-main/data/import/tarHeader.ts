/** Everything in a tar begins on a multiple of this many bytes. */
export const BLOCK = 512;

/** The bytes that a content takes in the archive. */
export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** `longName` and `pax` describe the entry that follows; `skipped` says nothing that is needed. */
export interface TarHeader {
  readonly kind: 'file' | 'folder' | 'link' | 'longName' | 'pax' | 'skipped' | 'other';
  readonly path: string;
  readonly size: number;
}

const KINDS: Readonly<Record<string, TarHeader['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'link',
  '5': 'folder',
  L: 'longName',
  K: 'skipped', // a link's long target
  x: 'pax',
  g: 'skipped', // comments for the whole archive
};

/**
 * Reads a header block (POSIX.1-1988 ustar, GNU and the older v7 form).
 * @param block 512 bytes
 * @returns null when its checksum or a number is wrong
 */
export function parseHeader(block: Buffer): TarHeader | null {
  const checksum = number(block.subarray(148, 156));
  let sum = 8 * 32; // the checksum's own field counts as blanks
  for (const [i, byte] of block.entries()) if (i < 148 || i >= 156) sum += byte;
  const size = number(block.subarray(124, 136));
  if (checksum !== sum || size === null) return null;
  const text = (from: number, to: number) => block.toString('utf8', from, to).replace(/\0.*$/s, '');
  const posix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = posix ? text(345, 500) : '';
  const name = text(0, 100);
  const path = prefix ? `${prefix}/${name}` : name;
  const kind = KINDS[String.fromCharCode(block[156] ?? 0)] ?? 'other';
  if (kind === 'file' && path.endsWith('/')) return { kind: 'folder', path, size }; // how v7 wrote folders
  return { kind, path, size: kind === 'link' || kind === 'folder' ? 0 : size };
}

/** Octal digits, or GNU's base 256 where the first bit is set. null where it is neither, or beyond what a number holds. */
function number(field: Buffer): number | null {
  if ((field[0] ?? 0) & 0x80) {
    if (field[0] !== 0x80) return null; // negative, or absurd
    const value = field.subarray(1).reduce((total, byte) => total * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : null;
  }
  const digits = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : null;
}

/** The path and size of a pax header's records, "<length> <key>=<value>\n" each. null where they are damaged. */
export function paxRecords(bytes: Buffer): { path?: string; size?: number } | null {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 0) break; // padding
    const blank = bytes.indexOf(0x20, at);
    const length = blank < 0 || blank - at > 9 ? Number.NaN : Number(bytes.toString('latin1', at, blank));
    const end = at + length;
    if (!Number.isInteger(length) || end <= blank || end > bytes.length || bytes[end - 1] !== 0x0a)
      return null;
    const record = bytes.toString('utf8', blank + 1, end - 1);
    const [key, value] = [record.slice(0, record.indexOf('=')), record.slice(record.indexOf('=') + 1)];
    if (key === 'path') found.path = value;
    if (key === 'size') {
      if (!/^\d{1,15}$/.test(value)) return null;
      found.size = Number(value);
    }
    at = end;
  }
  return found;
}
