import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { openSlide } from '../../../src-main/slides/open.ts';
import { REAL_DATA } from '../../support/realData.ts';
import { meanDifference, realSlide, temporaryFolder, testImage, writeTiff } from '../../support/slides.ts';

const folder = temporaryFolder();
const image = testImage(300, 210);

describe('a tiled TIFF', () => {
  const kinds = [
    { name: 'uncompressed', options: { compression: 'none' } },
    { name: 'deflate with predictor', options: { compression: 'deflate', predictor: 'horizontal' } },
    { name: 'LZW', options: { compression: 'lzw' } },
    { name: 'LZW in BigTIFF', options: { compression: 'lzw', bigtiff: true } },
    { name: 'one level only', options: { compression: 'deflate', pyramid: false } },
  ] as const;
  it.each(kinds)('$name: gives the pixels that went in', async ({ name, options }) => {
    const file = path.join(folder, `${name}.tif`);
    await writeTiff(file, image, options);
    const slide = await openSlide(file);
    expect(slide.info).toMatchObject({ name: `${name}.tif`, format: 'Tiled TIFF', width: 300, height: 210 });
    expect(slide.info.mpp).toBeCloseTo(0.5, 6);
    const region = await slide.readRegion({ x: 0, y: 0, width: 300, height: 210, downsample: 1 });
    expect(Buffer.compare(region.data, image.data)).toBe(0);
    await slide.close();
  });

  it('passes JPEG tiles through, and crops those at the edges', async () => {
    const file = path.join(folder, 'jpeg.tif');
    await writeTiff(file, image, { compression: 'jpeg', quality: 95 });
    const slide = await openSlide(file);
    const inner = await slide.tile(0, 1, 1);
    const corner = await slide.tile(0, 4, 3);
    expect(await sharp(inner).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 64 });
    expect(await sharp(corner).metadata()).toMatchObject({
      format: 'jpeg',
      width: 300 - 256,
      height: 210 - 192,
    });
    // The entropy-coded data are the file's own.
    const scan = Buffer.from(inner).subarray(-200);
    expect(readFileSync(file).includes(scan)).toBe(true);
    const original = await sharp(image.data, { raw: { width: 300, height: 210, channels: 3 } })
      .extract({ left: 256, top: 192, width: 44, height: 18 })
      .raw()
      .toBuffer();
    expect(meanDifference(await sharp(corner).raw().toBuffer(), original)).toBeLessThan(6);
    await expect(slide.tile(0, 5, 0)).rejects.toThrow(RangeError);
    await expect(slide.tile(9, 0, 0)).rejects.toThrow(RangeError);
    await slide.close();
  });

  it('is white outside, and keeps regions in their place', async () => {
    const file = path.join(folder, 'region.tif');
    await writeTiff(file, image, { compression: 'deflate' });
    const slide = await openSlide(file);
    const { data } = await slide.readRegion({ x: 290, y: -5, width: 20, height: 10, downsample: 1 });
    const at = (x: number, y: number) => [...data.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3)];
    expect(at(0, 0)).toEqual([255, 255, 255]);
    expect(at(10, 9)).toEqual([255, 255, 255]);
    expect(at(9, 5)).toEqual([...image.data.subarray(299 * 3, 300 * 3)]);
    await slide.close();
  });

  it('adds halved levels below the coarsest until the whole fits into 1024 pixels', async () => {
    const large = testImage(2500, 1300);
    const file = path.join(folder, 'flat.tif');
    await writeTiff(file, large, { compression: 'deflate', pyramid: false, tileWidth: 256, tileHeight: 256 });
    const slide = await openSlide(file);
    expect(slide.info.levels.map(({ width, height }) => [width, height])).toEqual([
      [2500, 1300],
      [1250, 650],
      [625, 325],
    ]);
    const halved = await slide.readRegion({ x: 0, y: 0, width: 1250, height: 650, downsample: 2 });
    const expected = new Uint8Array(halved.data.length);
    for (let y = 0; y < 650; y++)
      for (let x = 0; x < 1250; x++)
        for (let c = 0; c < 3; c++) {
          const at = (dx: number, dy: number) => large.data[((2 * y + dy) * 2500 + 2 * x + dx) * 3 + c] ?? 0;
          expected[(y * 1250 + x) * 3 + c] = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) >> 2;
        }
    expect(Buffer.compare(halved.data, expected)).toBe(0);
    const thumbnail = await sharp(await slide.thumbnail(200)).metadata();
    expect(thumbnail).toMatchObject({ format: 'jpeg', width: 200, height: 104 });
    await slide.close();
  });

  it('takes the resolution of a printer for none', async () => {
    const file = path.join(folder, 'print.tif');
    await writeTiff(file, image, { xres: 72 / 25.4, yres: 72 / 25.4 });
    const slide = await openSlide(file);
    expect(slide.info.mpp).toBeNull();
    await slide.close();
  });

  it('opens a small TIFF without tiles, and refuses a large one', async () => {
    const small = path.join(folder, 'strips.tif');
    await writeTiff(small, image, { tile: false, pyramid: false, compression: 'lzw' });
    const slide = await openSlide(small);
    const region = await slide.readRegion({ x: 0, y: 0, width: 300, height: 210, downsample: 1 });
    expect(Buffer.compare(region.data, image.data)).toBe(0);
    await slide.close();
    const large = path.join(folder, 'large strips.tif');
    await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#fff' } })
      .tiff({ compression: 'deflate' })
      .toFile(large);
    await expect(openSlide(large)).rejects.toThrow(/not tiled.*6000 x 6000/);
  });
});

describe('a file that is no slide', () => {
  const refusal = async (name: string, content: string | Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    const error: unknown = await openSlide(file).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(name);
    return (error as UserError).message;
  };

  it('says what it is', async () => {
    expect(await refusal('notes.svs', 'Patient list\nécole\n')).toMatch(/is a text file/);
    expect(await refusal('empty.tif', '')).toMatch(/is empty/);
    expect(await refusal('picture.tif', await sharp(Buffer.alloc(12), { raw: { width: 2, height: 2, channels: 3 } }).png().toBuffer())).toMatch(/is a PNG image/); // prettier-ignore
    expect(await refusal('noise.svs', Buffer.from([0, 1, 2, 3, 4, 250]))).toMatch(/of an unknown kind/);
    expect(await refusal('start.tif', 'II*\0')).toMatch(/incomplete/);
    mkdirSync(path.join(folder, 'folder.svs'));
    await expect(openSlide(path.join(folder, 'folder.svs'))).rejects.toThrow(/is a folder/);
    await expect(openSlide(path.join(folder, 'gone.svs'))).rejects.toThrow(/There is no file/);
  });

  it('is found truncated when it is opened, not later', async () => {
    const file = path.join(folder, 'whole.tif');
    await writeTiff(file, image, { compression: 'jpeg' });
    const bytes = readFileSync(file);
    expect(await refusal('cut.tif', bytes.subarray(0, bytes.length - 2000))).toMatch(/incomplete/);
  });

  it('of 16 bits per channel is refused in words', async () => {
    const file = path.join(folder, '16.tif');
    const raw = new Uint16Array(128 * 128 * 3);
    await sharp(raw, { raw: { width: 128, height: 128, channels: 3 } })
      .toColourspace('rgb16')
      .tiff({ tile: true, tileWidth: 64, tileHeight: 64, compression: 'deflate' })
      .toFile(file);
    await expect(openSlide(file)).rejects.toThrow(/not an 8-bit brightfield image/);
  });

  it.skipIf(process.getuid?.() === 0)('without permission says so', async () => {
    const file = path.join(folder, 'locked.svs');
    writeFileSync(file, 'II*\0');
    chmodSync(file, 0);
    await expect(openSlide(file)).rejects.toThrow(/no permission/);
  });
});

describe.skipIf(!REAL_DATA)('real slides', () => {
  it('reads an Aperio slide: resolution, levels, label, macro, and colours as libtiff does', async () => {
    const file = realSlide('CMU-1-Small-Region.svs');
    const slide = await openSlide(file);
    expect(slide.info).toMatchObject({ format: 'Aperio SVS', width: 2220, height: 2967, mpp: 0.499 });
    expect(slide.info.associated).toEqual(['thumbnail', 'label', 'macro']);
    expect(await sharp(await slide.associated('label')).metadata()).toMatchObject({
      width: 387,
      height: 463,
    });
    expect(await sharp(await slide.associated('macro')).metadata()).toMatchObject({
      width: 1280,
      height: 431,
    });
    await expect(slide.associated('map')).rejects.toThrow(/has no map image/);
    // libvips' cache once refused the third reading of a file's pages
    for (const name of ['thumbnail', 'label', 'macro', 'label', 'thumbnail'])
      expect((await slide.associated(name)).length).toBeGreaterThan(1000);
    const tile = await sharp(await slide.tile(0, 6, 5))
      .raw()
      .toBuffer();
    const libtiff = await sharp(file, { page: 0 })
      .extract({ left: 6 * 240, top: 5 * 240, width: 240, height: 240 })
      .raw()
      .toBuffer();
    expect(meanDifference(tile, libtiff)).toBe(0);
    await slide.close();
  });

  it('reads a pyramid, and a name with an emoji', async () => {
    const pyramid = await openSlide(realSlide('colon-region-10240.tif'));
    expect(pyramid.info).toMatchObject({ width: 10240, height: 10240, mpp: 0.5 });
    expect(pyramid.info.levels.map(({ downsample }) => downsample)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    await pyramid.close();
    const emoji = await openSlide(realSlide('openslide-python-fixtures/😐.svs'));
    expect(await sharp(await emoji.tile(0, 0, 0)).metadata()).toMatchObject({ width: 16, height: 16 });
    await emoji.close();
  });

  it('gives the pixels of boxes.tiff as its PNG has them', async () => {
    const slide = await openSlide(realSlide('openslide-python-fixtures/boxes.tiff'));
    const { data } = await slide.readRegion({ x: 0, y: 0, width: 300, height: 250, downsample: 1 });
    const png = await sharp(realSlide('openslide-python-fixtures/boxes.png')).removeAlpha().raw().toBuffer();
    expect(Buffer.compare(data, png)).toBe(0);
    await slide.close();
  });

  it.each([
    ['broken.svs', /is a text file/],
    ['aperio-jpeg2000.svs', /Aperio SVS file's tiles are JPEG 2000, which Tessera cannot read yet/],
    ['hamamatsu-fluorescence (387).ndpi', /Hamamatsu NDPI/],
    ['small_dicom.dcm', /DICOM/],
    ['openslide-python-fixtures/unopenable.tiff', /TIFF compression 52479/],
    ['openslide-python-fixtures/unreadable.svs', /is damaged/],
  ])('refuses %s in words', async (name, words) => {
    await expect(openSlide(realSlide(name))).rejects.toThrow(words);
  });
});
