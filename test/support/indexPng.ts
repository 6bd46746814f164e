import { crc32, deflateSync } from 'node:zlib';

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: 1 | 2 | 4 | 8 | 16;
  /** 0: greyscale, 3: palette, 2: RGB. */
  readonly colourType?: number;
  /** Filter type of each row, 0–4. */
  readonly filter?: (row: number) => number;
  readonly interlace?: number;
}

export function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(content.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return chunk;
}

export const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** A PNG of indices, written by hand so that tests choose depth and filters. */
export function indexPng(indices: ArrayLike<number>, options: PngOptions): Buffer {
  const { width, height, bitDepth = 8, colourType = 3, filter = () => 0, interlace = 0 } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlace], 8);
  const rowBytes = Math.ceil((width * bitDepth) / 8);
  const rows = Array.from({ length: height }, (_, y) => {
    const row = Buffer.alloc(rowBytes);
    for (let x = 0; x < width; x++) {
      const shift = 8 - bitDepth - ((x * bitDepth) % 8);
      row[(x * bitDepth) >> 3]! |= (indices[y * width + x] ?? 0) << shift;
    }
    return row;
  });
  const raw = rows.flatMap((row, y) => [
    Buffer.of(filter(y)),
    filtered(row, rows[y - 1] ?? Buffer.alloc(rowBytes), filter(y)),
  ]);
  const palette = Buffer.from(Array.from({ length: 3 << bitDepth }, (_, i) => (i * 37) & 255));
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    ...(colourType === 3 ? [pngChunk('PLTE', palette)] : []),
    pngChunk('IDAT', deflateSync(Buffer.concat(raw))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** PNG specification, section 9.2. */
function filtered(row: Buffer, above: Buffer, type: number): Buffer {
  return Buffer.from(
    Array.from(row, (value, x) => {
      const [a, b, c] = [row[x - 1] ?? 0, above[x] ?? 0, x > 0 ? (above[x - 1] ?? 0) : 0];
      const p = a + b - c;
      const near = [a, b, c].toSorted((l, r) => Math.abs(p - l) - Math.abs(p - r))[0] ?? 0;
      const predictor = [0, a, b, Math.floor((a + b) / 2), near][type] ?? 0;
      return (value - predictor) & 255;
    }),
  );
}
