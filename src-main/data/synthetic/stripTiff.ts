import { open, type FileHandle } from 'node:fs/promises';

const SHORT = 3;
const LONG = 4;

/**
 * Writes an uncompressed RGB TIFF strip by strip, so that an image need not fit in memory (TIFF 6.0, baseline; up to 4 GB).
 * Used as the source from which libvips builds a pyramid.
 */
export class StripTiff {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param rowsPerStrip every strip but the last has so many rows */
  static async create(path: string, width: number, height: number, rowsPerStrip: number): Promise<StripTiff> {
    const file = await open(path, 'w');
    await file.write(header(width, height, rowsPerStrip));
    return new StripTiff(file);
  }

  /** The next strip: whole rows, interleaved RGB. */
  async append(rows: Uint8Array): Promise<void> {
    await this.#file.writeFile(rows);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function header(width: number, height: number, rowsPerStrip: number): Buffer {
  const strips = Math.ceil(height / rowsPerStrip);
  const entryCount = 9;
  const directory = 8;
  const extra = directory + 2 + entryCount * 12 + 4;
  const offsets = extra + 8;
  const counts = offsets + 4 * strips;
  const pixels = counts + 4 * strips;
  const buffer = Buffer.alloc(pixels);
  buffer.write('II', 'latin1');
  buffer.writeUInt16LE(42, 2);
  buffer.writeUInt32LE(directory, 4);
  buffer.writeUInt16LE(entryCount, directory);

  for (let channel = 0; channel < 3; channel++) buffer.writeUInt16LE(8, extra + 2 * channel);
  const stripBytes = width * 3 * rowsPerStrip;
  for (let strip = 0; strip < strips; strip++) {
    const rows = Math.min(rowsPerStrip, height - strip * rowsPerStrip);
    buffer.writeUInt32LE(pixels + strip * stripBytes, offsets + 4 * strip);
    buffer.writeUInt32LE(rows * width * 3, counts + 4 * strip);
  }
  // A single value lies in the entry itself instead of at an offset.
  const list = (at: number) => (strips === 1 ? buffer.readUInt32LE(at) : at);
  const entries: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 3, extra], // BitsPerSample
    [259, SHORT, 1, 1], // Compression: none
    [262, SHORT, 1, 2], // PhotometricInterpretation: RGB
    [273, LONG, strips, list(offsets)], // StripOffsets
    [277, SHORT, 1, 3], // SamplesPerPixel
    [278, LONG, 1, rowsPerStrip],
    [279, LONG, strips, list(counts)], // StripByteCounts
  ];
  entries.forEach(([tag, type, count, value], i) => {
    const at = directory + 2 + i * 12;
    buffer.writeUInt16LE(tag, at);
    buffer.writeUInt16LE(type, at + 2);
    buffer.writeUInt32LE(count, at + 4);
    buffer.writeUInt32LE(value, at + 8);
  });
  return buffer;
}
