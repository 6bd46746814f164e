import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { decodeRgb, decodeRgbBytes } from '../../../src-main/data/rgb.ts';
import { patchThumbnail } from '../../../src-main/data/thumbnail.ts';

const SIDE = 48;
const random = Random.from(1, 'texture');
const texture = Buffer.from(Array.from({ length: SIDE * SIDE * 3 }, () => random.integer(256)));
const image = () => sharp(texture, { raw: { width: SIDE, height: SIDE, channels: 3 } });
const plain = (background: string, channels: 3 | 4 = 3) =>
  sharp({ create: { width: 16, height: 16, channels, background } });

/** What a person reads when these bytes are imported; null when they decode. */
async function problem(bytes: Uint8Array): Promise<string | null> {
  try {
    await decodeRgbBytes(bytes);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
}

const formats: [string, () => Promise<Buffer>][] = [
  ['JPEG', () => image().jpeg().toBuffer()],
  ['progressive JPEG', () => image().jpeg({ progressive: true }).toBuffer()],
  ['PNG', () => image().png().toBuffer()],
  ['TIFF, uncompressed', () => image().tiff({ compression: 'none' }).toBuffer()],
  ['TIFF, LZW', () => image().tiff({ compression: 'lzw' }).toBuffer()],
  ['TIFF, tiled JPEG', () => image().tiff({ compression: 'jpeg', tile: true }).toBuffer()],
];

describe.each(formats)('damaged %s', (_name, encode) => {
  it('is refused in words wherever it is cut off', async () => {
    const bytes = await encode();
    expect(await problem(bytes)).toBeNull();
    for (let cut = 0; cut < 60; cut++) {
      // From one byte short of complete down to nothing.
      const length = Math.floor((bytes.length - 1) * (1 - cut / 59));
      expect([length, await problem(bytes.subarray(0, length))]).toEqual([
        length,
        expect.stringMatching(/cut off|damaged|is empty|is a text file|of an unknown format/),
      ]);
    }
  });

  it('is decoded or refused in words, whichever bit is flipped', async () => {
    const bytes = await encode();
    const draw = Random.from(2, 'flips');
    for (let flip = 0; flip < 80; flip++) {
      const copy = Buffer.from(bytes);
      const at = flip < 40 ? draw.integer(Math.min(200, bytes.length)) : draw.integer(bytes.length);
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << draw.integer(8)), at);
      const reason = await problem(copy);
      if (reason !== null) expect(reason).toMatch(/^(The image|The file) .{10,}\.$/);
    }
  });
});

describe('decodeRgbBytes', () => {
  const firstPixel = async (bytes: Uint8Array) => [...(await decodeRgbBytes(bytes)).data.subarray(0, 3)];

  it('keeps the pixels of lossless formats, whatever the file is called', async () => {
    for (const bytes of [
      await image().png().toBuffer(),
      await image().tiff({ compression: 'lzw' }).toBuffer(),
    ])
      expect(Buffer.from((await decodeRgbBytes(bytes)).data)).toEqual(texture);
  });

  it('gives a plain JPEG, which needs only the decoder, the same pixels as any other way', async () => {
    for (const options of [{}, { progressive: true }, { chromaSubsampling: '4:4:4' }]) {
      const bytes = await image().jpeg(options).toBuffer();
      const whole = sharp(bytes).flatten({ background: '#ffffff' }).toColourspace('srgb');
      const expected = await whole.raw().toBuffer();
      expect(Buffer.from((await decodeRgbBytes(bytes)).data)).toEqual(expected);
      expect(Buffer.from((await decodeRgbBytes(bytes, SIDE)).data)).toEqual(expected);
      expect((await decodeRgbBytes(bytes, SIDE / 2)).data).toHaveLength((SIDE / 2) ** 2 * 3);
    }
  });

  it('makes RGB of greyscale, 16 bits, transparency and palettes', async () => {
    expect(await firstPixel(await plain('#888888').toColourspace('b-w').png().toBuffer())).toEqual([
      136, 136, 136,
    ]);
    expect(await firstPixel(await plain('#884422').toColourspace('rgb16').png().toBuffer())).toEqual([
      136, 68, 34,
    ]);
    expect(await firstPixel(await plain('#88442200', 4).png().toBuffer())).toEqual([255, 255, 255]);
    expect(await firstPixel(await plain('#884422').png({ palette: true }).toBuffer())).toEqual([136, 68, 34]);
  });

  it('converts CMYK to about the right colour', async () => {
    const [red, green, blue] = await firstPixel(
      await plain('#c04040').toColourspace('cmyk').jpeg().toBuffer(),
    );
    expect(Math.abs((red ?? 0) - 0xc0)).toBeLessThan(24);
    expect(Math.abs((green ?? 0) - 0x40)).toBeLessThan(24);
    expect(Math.abs((blue ?? 0) - 0x40)).toBeLessThan(24);
  });

  it('overlooks sloppy metadata of a TIFF whose pixels are whole', async () => {
    const bytes = await image().tiff({ compression: 'none' }).toBuffer();
    const directory = bytes.readUInt32LE(4);
    const entries = Array.from({ length: bytes.readUInt16LE(directory) }, (_, i) => directory + 2 + 12 * i);
    const resolution = entries.find((at) => bytes.readUInt16LE(at) === 282) ?? NaN;
    bytes.writeUInt32LE(2, resolution + 4); // two values where there must be one
    await expect(sharp(bytes, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow(/tag ignored/);
    expect(Buffer.from((await decodeRgbBytes(bytes)).data)).toEqual(texture);
  });

  it('refuses what is not a patch, and says what it is', async () => {
    const floats = sharp(texture, { raw: { width: SIDE, height: SIDE, channels: 3 } }).toColourspace('scrgb');
    const cases: [Buffer, RegExp][] = [
      [
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        /a text file, not a JPEG/,
      ],
      [await image().webp().toBuffer(), /a WebP image/],
      [Buffer.from('\u0089HDF\r\n', 'latin1'), /an HDF5 file/],
      [await floats.tiff({ compression: 'none' }).toBuffer(), /pixels of type "float"/],
      [
        await sharp(texture, { raw: { width: 4, height: 4, channels: 3 } })
          .png()
          .toBuffer(),
        /only 4 x 4 pixels/,
      ],
    ];
    for (const [bytes, reason] of cases) expect(await problem(bytes)).toMatch(reason);
  });

  it('tells the reason also where many images fail side by side', async () => {
    const whole = await plain('#b06090').jpeg().toBuffer();
    const torn = whole.subarray(0, whole.length - 40);
    const problems = new Set<string | null>();
    for (let round = 0; round < 400; round++)
      for (const found of await Promise.all([torn, torn, torn, torn].map(problem))) problems.add(found);
    expect([...problems]).toEqual([expect.stringMatching(/cut off: its end is missing/)]);
  });

  it('refuses an image of absurd size by its header alone', async () => {
    const bytes = await plain('#fff').png().toBuffer();
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    const header = bytes.subarray(12, 29);
    bytes.writeUInt32BE(crc32(header), 29);
    expect(await problem(bytes)).toMatch(/60000 x 60000 pixels; .*Open it as a slide/);
  });

  it('resamples the central square', async () => {
    const wide = await sharp({ create: { width: 64, height: 32, channels: 3, background: '#204060' } })
      .composite([
        { input: { create: { width: 16, height: 32, channels: 3, background: '#fff' } }, left: 0, top: 0 },
      ])
      .png()
      .toBuffer();
    const { data, width, height } = await decodeRgbBytes(wide, 16);
    expect([width, height]).toEqual([16, 16]);
    expect([...data.subarray(24, 27)]).toEqual([0x20, 0x40, 0x60]);
    expect([...data.subarray(0, 3)].every((value) => value < 0x80)).toBe(true); // the white strip was cut away
  });
});

describe('files', () => {
  it('are named when they cannot be read', async () => {
    await expect(decodeRgb('/nowhere/tile.png')).rejects.toThrow(
      /\/nowhere\/tile.png. The file is no longer there/,
    );
    await expect(patchThumbnail('/nowhere/tile.png', 64)).rejects.toThrow(/\/nowhere\/tile.png/);
  });
});
