import sharp from 'sharp';

/** Bytes that a picture of the guide may have. */
export const LARGEST = 150_000;

/**
 * The picture with a palette of 256 colours, without dithering, which would blur the text.
 * @throws Error when it is too large nevertheless
 */
export async function smallPng(picture: Uint8Array): Promise<Buffer> {
  const png = await sharp(picture).png({ palette: true, colours: 256, dither: 0, effort: 10 }).toBuffer();
  if (png.length < LARGEST) return png;
  throw new Error(`A picture has ${png.length} bytes, and ${LARGEST} are too many. Show less in it.`);
}
