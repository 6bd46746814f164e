import sharp from 'sharp';
import { hasBackground } from '../../contract/background.ts';
import { vocRgb } from '../../contract/palette.ts';
import { IGNORE_LABEL } from '../../contract/values/labelledImage.ts';
import { readMask } from './mask.ts';

/**
 * A mask as a PNG to lay over its image: each class in VOC's colour, background and ignored pixels transparent. At most `side` pixels on the
 * longer side; the nearest pixel's class, never a mixture.
 * @throws UserError naming the file when it cannot be read
 */
export async function colouredMask(
  file: string,
  side: number,
  classNames: readonly string[],
): Promise<Uint8Array> {
  const { data, width, height } = await readMask(file);
  const colours = new Uint32Array(256); // as the bytes red, green, blue, opacity
  for (let index = hasBackground(classNames) ? 1 : 0; index < IGNORE_LABEL; index++) {
    const [red, green, blue] = vocRgb(index);
    colours.set(new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer), index);
  }
  const pixels = new Uint32Array(data.length);
  for (const [i, index] of data.entries()) pixels[i] = colours[index] as number;
  return sharp(new Uint8Array(pixels.buffer), { raw: { width, height, channels: 4 } })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true, kernel: 'nearest' })
    .png()
    .toBuffer();
}
