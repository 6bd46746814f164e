import { UserError } from '../../base/errors.ts';
import type { Directory } from './directories.ts';
import { COMPRESSION, PHOTOMETRIC, TAG } from './tags.ts';

/*
 * What cannot be shown is refused when the file is opened, in words, and never by a grey tile later.
 */

const JPEG_2000 = [33003, 33004, 33005, 34712];
const READABLE_COMPRESSION: readonly number[] = Object.values(COMPRESSION);
const READABLE_PHOTOMETRIC: readonly number[] = Object.values(PHOTOMETRIC);
const CONVERT = 'Convert it to a tiled pyramidal TIFF with JPEG compression (QuPath and libvips can)';
const MAX_SIDE = 4_000_000;
const MAX_TILE_SIDE = 4096;
/** A tile's compressed bytes may exceed its pixels' only by headers. */
const HEADER_ALLOWANCE = 65_536;

/**
 * @throws UserError when the file is of a TIFF-based vendor format that needs more than its tiles to be shown rightly
 */
export function refuseVendor(path: string, first: Directory): void {
  const vendor = first.has(TAG.ndpi)
    ? 'Hamamatsu NDPI'
    : first.text(TAG.imageDescription).includes('www.leica-microsystems.com/scn')
      ? 'Leica SCN'
      : first.text(TAG.xmp).includes('<iScan')
        ? 'Ventana BIF'
        : null;
  if (vendor) throw new UserError(`${path} is a ${vendor} slide, which Tessera cannot read yet. ${CONVERT}.`);
}

/** @throws UserError when a tiled level cannot be decoded */
export function refuseUnreadable(path: string, level: Directory, format: string): void {
  const compression = level.number(TAG.compression, COMPRESSION.none);
  if (JPEG_2000.includes(compression))
    throw new UserError(
      `${path}: this ${format} file's tiles are JPEG 2000, which Tessera cannot read yet. ${CONVERT}.`,
    );
  if (!READABLE_COMPRESSION.includes(compression))
    throw new UserError(
      `${path}: its tiles are compressed in a way that Tessera does not know (TIFF compression ${compression}). ${CONVERT}.`,
    );
  const bits = level.numbers(TAG.bitsPerSample);
  const samples = level.number(TAG.samplesPerPixel, 1);
  const photometric = level.number(TAG.photometric, PHOTOMETRIC.rgb);
  const isColour =
    bits.length >= 1 &&
    bits.every((b) => b === 8) &&
    (samples === 1 || samples === 3 || (samples === 4 && compression !== COMPRESSION.jpeg)) &&
    level.number(TAG.planarConfiguration, 1) === 1 &&
    READABLE_PHOTOMETRIC.includes(photometric) &&
    (photometric !== PHOTOMETRIC.ycbcr || compression === COMPRESSION.jpeg);
  if (!isColour)
    throw new UserError(
      `${path} is not an 8-bit brightfield image (${samples} channels of ${bits[0] ?? '?'} bits). Tessera reads colour slides with 8 bits per channel.`,
    );
  const flaw = layoutFlaw(level);
  if (flaw) throw damagedFile(path, flaw);
}

/** @throws UserError when image data lie beyond the file's end */
export function refuseTruncated(path: string, size: number, directories: readonly Directory[]): void {
  const end = directories.reduce((furthest, directory) => Math.max(furthest, dataEnd(directory)), 0);
  if (end > size) throw truncatedFile(path, size, end);
}

export function truncatedFile(path: string, size: number, end: number): UserError {
  return new UserError(
    `${path} is incomplete: it has ${bytesInWords(size)}, but its image needs ${bytesInWords(end)}. Copy or download it again.`,
  );
}

export function damagedFile(path: string, reason: string): UserError {
  return new UserError(`${path} is damaged: ${reason}. Copy or download it again.`);
}

function layoutFlaw(level: Directory): string | null {
  const [width, height] = [level.number(TAG.imageWidth, 0), level.number(TAG.imageLength, 0)];
  const [tileWidth, tileHeight] = [level.number(TAG.tileWidth, 0), level.number(TAG.tileLength, 0)];
  const within = (side: number, most: number) => Number.isInteger(side) && side > 0 && side <= most;
  if (!within(width, MAX_SIDE) || !within(height, MAX_SIDE)) return `it claims ${width} x ${height} pixels`;
  if (
    !within(tileWidth, MAX_TILE_SIDE) ||
    !within(tileHeight, MAX_TILE_SIDE) ||
    (tileWidth | tileHeight) % 16 !== 0
  )
    return `it claims tiles of ${tileWidth} x ${tileHeight} pixels`;
  const tiles = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight);
  const counts = level.numbers(TAG.tileByteCounts);
  const listed = Math.min(level.numbers(TAG.tileOffsets).length, counts.length);
  if (listed < tiles) return `it lists ${listed} of its ${tiles} tiles`;
  const mostBytes = tileWidth * tileHeight * 4 + HEADER_ALLOWANCE;
  return counts.some((count) => count > mostBytes) ? 'a tile claims more bytes than its pixels take' : null;
}

/** Where the last byte of a directory's tiles or strips ends. */
function dataEnd(directory: Directory): number {
  const offsets = [...directory.numbers(TAG.tileOffsets), ...directory.numbers(TAG.stripOffsets)];
  const counts = [...directory.numbers(TAG.tileByteCounts), ...directory.numbers(TAG.stripByteCounts)];
  return counts.reduce((end, count, i) => (count > 0 ? Math.max(end, (offsets[i] ?? 0) + count) : end), 0);
}

function bytesInWords(bytes: number): string {
  return bytes < 1e6 ? `${bytes.toLocaleString('en')} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
