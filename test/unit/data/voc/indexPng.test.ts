import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { UserError } from '../../../../src-main/base/errors.ts';
import { decodeIndexPng } from '../../../../src-main/data/voc/indexPng.ts';
import { bitFlips, noiseBytes, truncations } from '../../../support/damage.ts';
import { indexPng, PNG_SIGNATURE, pngChunk } from '../../../support/indexPng.ts';
import { REAL_DATA } from '../../../support/realData.ts';

const [width, height] = [19, 13];
const indices = (below: number) =>
  Uint8Array.from({ length: width * height }, (_, i) => (i * i * 7 + i) % below);

/** What the reader says of a damaged file; null: it read it. */
function refusal(bytes: Uint8Array): string | null {
  try {
    decodeIndexPng(bytes);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(/\.$/);
    return (error as UserError).message;
  }
}

describe('decodeIndexPng', () => {
  it.each([1, 2, 4, 8] as const)(
    'reads palette and grey indices of %i bits as they are, with every filter',
    (bits) => {
      const expected = indices(2 ** bits);
      for (const colourType of [0, 3])
        for (const filter of [0, 1, 2, 3, 4]) {
          const png = indexPng(expected, { width, height, bitDepth: bits, colourType, filter: () => filter });
          expect(decodeIndexPng(png)).toEqual({ data: expected, width, height });
        }
      const mixed = indexPng(expected, { width, height, bitDepth: bits, filter: (row) => (row * 3) % 5 });
      expect(decodeIndexPng(mixed).data).toEqual(expected);
    },
  );

  it('reads what an independent encoder wrote', async () => {
    const grey = indices(256);
    const png = await sharp(grey, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png({ adaptiveFiltering: true })
      .toBuffer();
    expect(decodeIndexPng(png).data).toEqual(grey);
  });

  it('says what is wrong with masks that are none', async () => {
    const data = indices(20);
    const coloured = await sharp(Buffer.alloc(300), { raw: { width: 10, height: 10, channels: 3 } })
      .png({ palette: false })
      .toBuffer();
    expect(refusal(coloured)).toMatch(/colours \(RGB\), not class indices/);
    expect(refusal(indexPng(data, { width, height, interlace: 1 }))).toMatch(/interlaced/);
    expect(refusal(indexPng(data, { width, height, bitDepth: 16, colourType: 0 }))).toMatch(/16 bits/);
    expect(refusal(indexPng(data, { width, height, filter: () => 7 }))).toMatch(/cannot be decoded/);
    expect(refusal(Buffer.alloc(0))).toMatch(/empty/);
    expect(refusal(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))).toMatch(/a JPEG image, not a PNG/);
    expect(refusal(Buffer.from('hello'))).toMatch(/a text file, not a PNG/);
  });

  it('refuses pixels that grow beyond the header’s size, and absurd sizes, before memory is spent', () => {
    const bomb = (side: number, content: Buffer) => {
      const header = Buffer.alloc(13);
      header.writeUInt32BE(side, 0);
      header.writeUInt32BE(side, 4);
      header.set([8, 0], 8);
      return Buffer.concat([
        PNG_SIGNATURE,
        pngChunk('IHDR', header),
        pngChunk('IDAT', deflateSync(content)),
        pngChunk('IEND', Buffer.alloc(0)),
      ]);
    };
    expect(refusal(bomb(8, Buffer.alloc(50_000_000)))).toMatch(/cannot be decoded/);
    expect(refusal(bomb(2 ** 31, Buffer.alloc(10)))).toMatch(/2147483648 x/);
    expect(refusal(bomb(8, Buffer.alloc(71)))).toMatch(/cannot be decoded/);
  });

  it('notices each of 400 damages', () => {
    const png = indexPng(indices(21), { width, height, filter: (row) => row % 5 });
    for (const cut of truncations(png, 150)) expect(refusal(cut)).toMatch(/cut off|empty|not a PNG/);
    for (const flipped of bitFlips(png, 200)) expect(refusal(flipped)).not.toBeNull();
    for (const noise of noiseBytes(50, 200)) expect(refusal(noise)).not.toBeNull();
  });

  // Counted with Pillow 13 and NumPy: np.unique(np.array(Image.open(file)), return_counts=True); the last number is
  // (indices.ravel() * (np.arange(n) % 9973)).sum(), which tells where they are.
  it.skipIf(!REAL_DATA).each([
    [
      'camvid-as-voc/VOC2012/SegmentationClass/0001TP_006690.png',
      { 1: 23726, 2: 64726, 3: 1904, 4: 16139, 5: 11897, 6: 2303, 7: 2543, 9: 40851, 10: 731, 255: 7980 },
      13314494844,
    ],
    [
      'voc2012-genuine-4/VOC2012/SegmentationClass/2007_000032.png',
      { 0: 129545, 1: 4734, 15: 866, 255: 5355 },
      7042086798,
    ],
    [
      'voc2012-genuine-4/VOC2012/SegmentationClass/2007_000039.png',
      { 0: 154539, 20: 30031, 255: 2930 },
      6950390625,
    ],
    [
      'labelme-voc-3/semantic_segmentation/data_dataset_voc/SegmentationClass/2011_000003.png',
      { 0: 125767, 5: 873, 15: 32900, 255: 9460 },
      15092029255,
    ],
  ])('reads %s as Pillow does', async (file, counts, placed) => {
    const { data } = decodeIndexPng(await readFile(path.join(REAL_DATA ?? '', 'voc', file)));
    const found: Record<number, number> = {};
    for (const index of data) found[index] = (found[index] ?? 0) + 1;
    expect(found).toEqual(counts);
    expect(data.reduce((sum, index, i) => sum + index * (i % 9973), 0)).toBe(placed);
  });
});
