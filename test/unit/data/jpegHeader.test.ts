import sharp from 'sharp';
import { expect, it } from 'vitest';
import { jpegHeader } from '../../../src-main/data/jpegHeader.ts';

const image = sharp({ create: { width: 30, height: 20, channels: 3, background: '#884422' } });

it.each([
  ['baseline', image.clone().jpeg(), 3],
  ['progressive', image.clone().jpeg({ progressive: true }), 3],
  [
    'with metadata before the frame',
    image
      .clone()
      .withExif({ IFD0: { Copyright: 'x'.repeat(500) } })
      .jpeg(),
    3,
  ],
  ['greyscale', image.clone().toColourspace('b-w').jpeg(), 1],
  ['CMYK', image.clone().toColourspace('cmyk').jpeg(), 4],
])('reads the size and the components: %s', async (_kind, pipeline, components) => {
  expect(jpegHeader(await pipeline.toBuffer())).toEqual({ width: 30, height: 20, components, precision: 8 });
});

it('finds none in what is cut off before the frame, or is something else', async () => {
  const bytes = await image.clone().jpeg().toBuffer();
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  for (let length = 0; length < frame + 10; length++)
    expect(jpegHeader(bytes.subarray(0, length))).toBeNull();
  expect(jpegHeader(await image.clone().png().toBuffer())).toBeNull();
  expect(jpegHeader(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]))).toBeNull();
});
