import { UserError, reasonOf } from '../../base/errors.ts';
import { DamagedTileError } from '../damagedTile.ts';
import { decodeRgb } from '../rgb.ts';
import type { TileLevel } from '../slide.ts';
import { type BoundedFile, TruncatedError } from './boundedFile.ts';
import type { Directory } from './directories.ts';
import { completeJpeg, jpegFrame } from './jpegTiles.ts';
import { singleTileTiff } from './singleTile.ts';
import { COMPRESSION, PHOTOMETRIC, TAG } from './tags.ts';

/**
 * The tiles of a directory. Expects one that `refuseUnreadable` has let through.
 * @param shown the level's number as errors name it
 */
export function tileLevel(file: BoundedFile, directory: Directory, shown: number): TileLevel {
  const width = directory.number(TAG.imageWidth, 0);
  const height = directory.number(TAG.imageLength, 0);
  const tileWidth = directory.number(TAG.tileWidth, 0);
  const tileHeight = directory.number(TAG.tileLength, 0);
  const columns = Math.ceil(width / tileWidth);
  const offsets = directory.numbers(TAG.tileOffsets);
  const byteCounts = directory.numbers(TAG.tileByteCounts);
  const tables = directory.bytes(TAG.jpegTables);
  const encoding = {
    width: tileWidth,
    height: tileHeight,
    compression: directory.number(TAG.compression, COMPRESSION.none),
    photometric: directory.number(TAG.photometric, PHOTOMETRIC.rgb),
    samplesPerPixel: directory.number(TAG.samplesPerPixel, 1),
    predictor: directory.number(TAG.predictor, 1),
  };
  const colour =
    encoding.samplesPerPixel === 1 ? 'grey' : encoding.photometric === PHOTOMETRIC.ycbcr ? 'ycbcr' : 'rgb';

  const damaged = (column: number, row: number, error: unknown) =>
    new DamagedTileError(file.path, shown, column, row, reasonOf(error));

  /** The tile's bytes; null for one that was left out of the file because it is empty. */
  async function stored(column: number, row: number): Promise<Uint8Array | null> {
    const index = row * columns + column;
    const length = byteCounts[index] ?? 0;
    if (length === 0) return null;
    try {
      return await file.read(offsets[index] ?? 0, length);
    } catch (error) {
      if (error instanceof TruncatedError) throw damaged(column, row, error);
      // The file may be whole: a drive was unplugged, or the network is gone.
      throw new UserError(
        `${file.path} can no longer be read (${reasonOf(error)}). Check that its drive is connected, and try again.`,
      );
    }
  }

  /** A complete JPEG of the tile's full size; null when it is empty or not a JPEG. */
  async function storedJpeg(column: number, row: number): Promise<Uint8Array | null> {
    if (encoding.compression !== COMPRESSION.jpeg) return null;
    const bytes = await stored(column, row);
    const jpeg = bytes && completeJpeg(bytes, tables, colour);
    const frame = jpeg && jpegFrame(jpeg);
    return frame?.width === tileWidth && frame.height === tileHeight ? jpeg : null;
  }

  async function decode(column: number, row: number): Promise<Uint8Array> {
    const bytes = await stored(column, row);
    if (!bytes) return new Uint8Array(tileWidth * tileHeight * 3).fill(255);
    try {
      const whole =
        encoding.compression === COMPRESSION.jpeg
          ? completeJpeg(bytes, tables, colour)
          : singleTileTiff(bytes, encoding);
      if (!whole) throw new Error('it holds no JPEG');
      const image = await decodeRgb(whole);
      if (image.width !== tileWidth || image.height !== tileHeight)
        throw new Error(`it is ${image.width} x ${image.height} pixels`);
      return image.data;
    } catch (error) {
      throw damaged(column, row, error);
    }
  }

  return { width, height, tileWidth, tileHeight, decode, storedJpeg };
}
