import sharp, { type Sharp } from 'sharp';
import type { RgbImage } from './slide.ts';

/** A white image; white is what glass looks like. */
export function whiteImage(width: number, height: number): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(255) };
}

/** What stands for a tile that cannot be decoded: no colour of glass or tissue. */
export function greyImage(width: number, height: number): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(128) };
}

/** Copies the part of `source`, laid with its corner at (x, y) of `target`, that falls inside `target`. */
export function paste(source: RgbImage, target: RgbImage, x: number, y: number): void {
  const left = Math.max(0, x);
  const right = Math.min(target.width, x + source.width);
  if (left >= right) return;
  for (let row = Math.max(0, y); row < Math.min(target.height, y + source.height); row++) {
    const from = ((row - y) * source.width + left - x) * 3;
    target.data.set(source.data.subarray(from, from + (right - left) * 3), (row * target.width + left) * 3);
  }
}

/** The top left `width` x `height` of an image. */
export function cropTo(image: RgbImage, width: number, height: number): RgbImage {
  if (width === image.width && height === image.height) return image;
  const cropped = { width, height, data: new Uint8Array(width * height * 3) };
  paste(image, cropped, 0, 0);
  return cropped;
}

/** JPEG without chroma subsampling, so that thin eosin borders keep their colour. */
export async function encodeJpeg(image: RgbImage): Promise<Uint8Array> {
  return sharpOf(image).jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
}

/** Lanczos with antialiasing, as Pillow's and sharp's default for photographs. */
export async function resize(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  if (width === image.width && height === image.height) return image;
  const data = await sharpOf(image)
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { width, height, data };
}

/** Decodes any image that sharp knows to 8-bit RGB; transparent parts become white. */
export async function decodeRgb(bytes: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(bytes, { failOn: 'error', ignoreIcc: true })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`decoded to ${info.channels} channels`);
  return { width: info.width, height: info.height, data };
}

function sharpOf(image: RgbImage): Sharp {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}
