import { TAG } from './tags.ts';

/** How the bytes of a tile are to be understood. */
export interface TileEncoding {
  readonly width: number;
  readonly height: number;
  readonly compression: number;
  readonly photometric: number;
  readonly samplesPerPixel: number;
  readonly predictor: number;
}

const SHORT = 3;
const LONG = 4;
const ENTRY_BYTES = 12;

/**
 * A TIFF file in memory whose only strip is the tile, so that libtiff (inside sharp) decodes it natively, whatever the
 * compression. Samples are 8-bit and interleaved.
 */
export function singleTileTiff(tile: Uint8Array, encoding: TileEncoding): Uint8Array {
  const { width, height, samplesPerPixel } = encoding;
  const entryCount = 12;
  const bitsAt = 8 + 2 + entryCount * ENTRY_BYTES + 4;
  const dataAt = bitsAt + samplesPerPixel * 2;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [TAG.imageWidth, LONG, 1, width],
    [TAG.imageLength, LONG, 1, height],
    // Up to two SHORTs fit into the entry itself.
    [TAG.bitsPerSample, SHORT, samplesPerPixel, samplesPerPixel > 2 ? bitsAt : 0x00080008],
    [TAG.compression, SHORT, 1, encoding.compression],
    [TAG.photometric, SHORT, 1, encoding.photometric],
    [TAG.stripOffsets, LONG, 1, dataAt],
    [TAG.samplesPerPixel, SHORT, 1, samplesPerPixel],
    [TAG.rowsPerStrip, LONG, 1, height],
    [TAG.stripByteCounts, LONG, 1, tile.length],
    [TAG.planarConfiguration, SHORT, 1, 1],
    [TAG.predictor, SHORT, 1, encoding.predictor],
    [TAG.sampleFormat, SHORT, 1, 1],
  ];
  const file = Buffer.alloc(dataAt + tile.length);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * ENTRY_BYTES;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  for (let i = 0; i < samplesPerPixel; i++) file.writeUInt16LE(8, bitsAt + i * 2);
  file.set(tile, dataAt);
  return file;
}
