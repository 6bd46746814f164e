import sharp from 'sharp';
import { readPatch } from './patchPixels.ts';

/**
 * A JPEG of a patch, at most `side` pixels on its longer side; smaller patches are not enlarged.
 * @throws UserError naming the file when it cannot be read
 */
export async function patchThumbnail(file: string, side: number): Promise<Uint8Array> {
  const { data, width, height } = await readPatch(file);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
}
