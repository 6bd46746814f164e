import sharp from 'sharp';
import { UserError, reasonOf } from '../../base/errors.ts';
import { paste } from '../rgb.ts';
import type { RgbImage, TileLevel } from '../slide.ts';
import type { Directory } from './directories.ts';
import { damagedFile } from './refuse.ts';
import { TAG } from './tags.ts';

const TILE = 256;
/** What is kept decoded in memory while the slide is open: 75 MB. */
const MAX_PIXELS = 25_000_000;

/**
 * A TIFF without tiles, decoded whole.
 * @throws UserError when it is too large for that, or damaged
 */
export async function flatLevel(path: string, directory: Directory): Promise<TileLevel> {
  const width = directory.number(TAG.imageWidth, 0);
  const height = directory.number(TAG.imageLength, 0);
  if (width * height > MAX_PIXELS)
    throw new UserError(
      `${path} is not tiled, and at ${width} x ${height} pixels too large to be read as a whole. Convert it to a tiled pyramidal TIFF (QuPath and libvips can).`,
    );
  const image = await decodeWhole(path);
  return {
    width: image.width,
    height: image.height,
    tileWidth: TILE,
    tileHeight: TILE,
    async decode(column, row) {
      const tile = { width: TILE, height: TILE, data: new Uint8Array(TILE * TILE * 3) };
      paste(image, tile, -column * TILE, -row * TILE);
      return tile.data;
    },
    storedJpeg: () => Promise.resolve(null),
  };
}

async function decodeWhole(path: string): Promise<RgbImage> {
  try {
    const { data, info } = await sharp(path, { page: 0, failOn: 'error', ignoreIcc: true })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels === 3) return { width: info.width, height: info.height, data };
  } catch (error) {
    throw damagedFile(path, reasonOf(error));
  }
  throw new UserError(`${path} is not a colour image. Tessera reads colour slides with 8 bits per channel.`);
}
