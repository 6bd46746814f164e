import { crc32, inflateSync } from 'node:zlib';
import { UserError, reasonOf } from '../../base/errors.ts';
import { describeContent, patchFormat } from '../imageFormat.ts';
import { unfilter } from './pngFilters.ts';

/** One class index per pixel, row by row. */
export interface IndexImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
}

const MAX_SIDE = 4096;
const SIGNATURE_BYTES = 8;
/** Length, type and checksum around a chunk's content. */
const CHUNK_OVERHEAD = 12;
const CUT_OFF = 'The mask is cut off: its end is missing. Copy the file again from its source.';
const DAMAGED = 'The mask is damaged: its pixels cannot be decoded. Copy the file again from its source.';

/**
 * Reads a PNG's stored values as indices: the palette entries' numbers, or the grey values as they are (1, 2, 4 or 8 bits, W3C PNG
 * specification). The palette's colours are not looked at, so an index stays what it is; image libraries convert it to a colour.
 * @throws UserError with the plain reason, without the file's name
 */
export function decodeIndexPng(bytes: Uint8Array): IndexImage {
  if (bytes.length === 0) throw new UserError('The file is empty (0 bytes).');
  const format = patchFormat(bytes);
  if (format !== 'png')
    throw new UserError(
      `The mask is ${format === null ? describeContent(bytes) : `a ${format.toUpperCase()} image`}, not a PNG.`,
    );
  const { header, compressed } = readChunks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const rowBytes = Math.ceil((header.width * header.bitDepth) / 8);
  const size = (rowBytes + 1) * header.height;
  const raw = inflate(compressed, size);
  if (raw.length !== size || !unfilter(raw, rowBytes, header.height)) throw new UserError(DAMAGED);
  return { data: unpackRows(raw, rowBytes, header), width: header.width, height: header.height };
}

function readChunks(png: Buffer): { header: Header; compressed: Buffer } {
  const parts: Buffer[] = [];
  let header: Header | null = null;
  for (let at = SIGNATURE_BYTES; ;) {
    if (at + CHUNK_OVERHEAD > png.length) throw new UserError(CUT_OFF);
    const length = png.readUInt32BE(at);
    const end = at + CHUNK_OVERHEAD + length;
    if (end > png.length) throw new UserError(CUT_OFF);
    const type = png.toString('latin1', at + 4, at + 8);
    if (crc32(png.subarray(at + 4, end - 4)) !== png.readUInt32BE(end - 4))
      throw new UserError('The mask is damaged: a checksum is wrong. Copy the file again from its source.');
    const content = png.subarray(at + 8, end - 4);
    if (header === null) {
      if (type !== 'IHDR' || length !== 13) throw new UserError(DAMAGED);
      header = readHeader(content);
    } else if (type === 'IDAT') parts.push(content);
    else if (type === 'IEND') return { header, compressed: Buffer.concat(parts) };
    at = end;
  }
}

const COLOUR_TYPES: Record<number, string> = {
  2: 'RGB',
  4: 'grey with transparency',
  6: 'RGB with transparency',
};

function readHeader(content: Buffer): Header {
  const [width, height, bitDepth, colourType] = [
    content.readUInt32BE(0),
    content.readUInt32BE(4),
    content[8] ?? 0,
    content[9] ?? 0,
  ];
  if (colourType in COLOUR_TYPES)
    throw new UserError(
      `The mask's pixels are colours (${COLOUR_TYPES[colourType]}), not class indices. Use the original palette PNGs, or SegmentationClassAug.`,
    );
  if (![0, 3].includes(colourType) || content[10] !== 0 || content[11] !== 0) throw new UserError(DAMAGED);
  if (![1, 2, 4, 8].includes(bitDepth))
    throw new UserError(`The mask has ${bitDepth} bits per pixel; save it with 8.`);
  if (content[12] !== 0) throw new UserError('The mask is interlaced; save it without interlacing.');
  if (width < 1 || height < 1) throw new UserError(DAMAGED);
  if (Math.max(width, height) > MAX_SIDE)
    throw new UserError(`The mask has ${width} x ${height} pixels; at most ${MAX_SIDE} on a side are read.`);
  return { width, height, bitDepth };
}

function inflate(compressed: Buffer, size: number): Buffer {
  try {
    return inflateSync(compressed, { maxOutputLength: size }); // more than the header promises is an error
  } catch (error) {
    throw new UserError(/unexpected end/i.test(reasonOf(error)) ? CUT_OFF : DAMAGED, reasonOf(error));
  }
}

/** One byte per pixel, without the filter bytes; the leftmost pixel lies in the highest bits. */
function unpackRows(raw: Buffer, rowBytes: number, { width, height, bitDepth }: Header): Uint8Array {
  const data = new Uint8Array(width * height);
  const perByte = 8 / bitDepth;
  const mask = (1 << bitDepth) - 1;
  for (let y = 0; y < height; y++) {
    const row = raw.subarray(y * (rowBytes + 1) + 1, (y + 1) * (rowBytes + 1));
    if (perByte === 1) data.set(row, y * width);
    else
      for (let x = 0; x < width; x++) {
        const shift = 8 - bitDepth * ((x % perByte) + 1);
        data[y * width + x] = ((row[Math.floor(x / perByte)] as number) >> shift) & mask;
      }
  }
  return data;
}
