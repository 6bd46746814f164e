import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { UserError } from '../../../src-main/base/errors.ts';
import { DamagedTileError } from '../../../src-main/slides/damagedTile.ts';
import { openSlide } from '../../../src-main/slides/open.ts';
import { REAL_DATA } from '../../support/realData.ts';
import {
  damageTiles,
  meanDifference,
  realSlide,
  temporaryFolder,
  testImage,
  writeTiff,
} from '../../support/slides.ts';

const folder = temporaryFolder();

/** Opens a file and reads everything that the viewer could ask for. @returns how far it came */
async function useAll(file: string): Promise<'refused' | 'some tiles damaged' | 'read'> {
  const outcome = { damaged: 0 };
  const expectWords = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    outcome.damaged++;
  };
  const slide = await openSlide(file).catch((error: unknown) => {
    expectWords(error);
    return null;
  });
  if (!slide) return 'refused';
  for (const name of slide.info.associated) await slide.associated(name).catch(expectWords);
  await slide.thumbnail(256).catch(expectWords);
  for (const [level, { width, height, tileWidth, tileHeight }] of slide.info.levels.entries())
    for (const column of [0, Math.ceil(width / tileWidth) - 1])
      for (const row of [0, Math.ceil(height / tileHeight) - 1])
        await slide.tile(level, column, row).catch(expectWords);
  await slide.close();
  return outcome.damaged > 0 ? 'some tiles damaged' : 'read';
}

/**
 * Copies cut off at even steps, and copies with random bits flipped: in the first bytes, where the header is, and
 * anywhere.
 */
function* damagedCopies(bytes: Buffer, truncations: number, flips: number): Generator<Buffer> {
  for (let i = 0; i < truncations; i++) yield bytes.subarray(0, Math.floor((bytes.length * i) / truncations));
  const random = Random.from(11, 'damage');
  for (let i = 0; i < flips; i++) {
    const copy = Buffer.from(bytes);
    // Directories stand at either end of a file, pixels between.
    const places = [
      random.integer(512),
      bytes.length - 1 - random.integer(2048),
      random.integer(bytes.length),
    ];
    const place = places[i % 3] ?? 0;
    for (let flipped = 0; flipped < 4; flipped++) {
      const at = Math.min(bytes.length - 1, Math.max(0, place + random.integer(64)));
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.integer(8)), at);
    }
    yield copy;
  }
}

async function outcomesOf(source: string, truncations: number, flips: number) {
  const outcomes = { refused: 0, 'some tiles damaged': 0, read: 0 };
  let index = 0;
  for (const copy of damagedCopies(readFileSync(source), truncations, flips)) {
    const file = path.join(folder, `damaged ${path.basename(source)}`);
    writeFileSync(file, copy);
    outcomes[await useAll(file)]++;
    index++;
  }
  expect(index).toBe(truncations + flips);
  return outcomes;
}

describe('damaged slides are refused in words or shown in part, and never crash', () => {
  it('a synthetic pyramid: 60 truncations, 90 flips', async () => {
    const file = path.join(folder, 'pyramid.tif');
    await writeTiff(file, testImage(200, 150), { compression: 'jpeg' });
    const outcomes = await outcomesOf(file, 60, 90);
    expect(outcomes.refused).toBeGreaterThanOrEqual(60); // every truncation at least
    expect(outcomes.read).toBeGreaterThan(0);
  });

  it.skipIf(!REAL_DATA).each([
    ['CMU-1-Small-Region.svs', 30, 60],
    ['openslide-python-fixtures/boxes.tiff', 40, 60],
  ])(
    '%s: %i truncations, %i flips',
    async (name, truncations, flips) => {
      const outcomes = await outcomesOf(realSlide(name), truncations, flips);
      expect(outcomes.refused).toBeGreaterThanOrEqual(truncations);
    },
    120_000,
  );
});

describe('a slide with a damaged tile', () => {
  const decode = async (jpeg: Uint8Array) =>
    (await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true })).data;
  const image = testImage(1500, 1100);
  const all = { x: 0, y: 0, width: 375, height: 275, downsample: 4 };

  /** The slide as it is when whole, and with damage. */
  async function both(pyramid: boolean, level: number, tiles: [number, number][]) {
    const [whole, damaged] = [path.join(folder, 'whole.tif'), path.join(folder, 'broken.tif')];
    for (const file of [whole, damaged]) await writeTiff(file, image, { compression: 'deflate', pyramid });
    await damageTiles(damaged, level, tiles);
    return { whole: await openSlide(whole), damaged: await openSlide(damaged) };
  }

  it('makes a coarser level up from the finer ones, for the viewer and for regions', async () => {
    const { whole, damaged } = await both(true, 2, [[1, 1]]);
    const tiles = await Promise.all([whole, damaged].map(async (slide) => decode(await slide.tile(2, 1, 1))));
    expect(meanDifference(tiles[0] ?? image.data, tiles[1] ?? image.data)).toBeLessThan(4);
    const regions = await Promise.all(
      [whole, damaged].map(async (slide) => (await slide.readRegion(all)).data),
    );
    expect(regions[1]).not.toEqual(regions[0]);
    expect(meanDifference(regions[0] ?? image.data, regions[1] ?? image.data)).toBeLessThan(1);
    await Promise.all([whole.close(), damaged.close()]);
  });

  it('has an overview, grey where nothing can be made up, and no tile and no region from there', async () => {
    const { whole, damaged } = await both(false, 0, [[10, 5]]); // 64 pixels from (640, 320) on
    const levels = damaged.info.levels;
    const coarsest = levels.length - 1;
    expect(levels[coarsest]?.downsample).toBeGreaterThan(1.9); // not in the file
    const [before, after] = await Promise.all(
      [whole, damaged].map((slide) => slide.readRegion(all, undefined, () => {})),
    );
    const changed: number[] = [];
    before?.data.forEach((value, i) => value !== after?.data[i] && changed.push(Math.floor(i / 3)));
    const columns = changed.map((pixel) => pixel % 375);
    const rows = changed.map((pixel) => Math.floor(pixel / 375));
    // 640 … 704 of 1500 is 160 … 176 of 375; a Lanczos kernel reaches three pixels further.
    expect([Math.min(...columns), Math.max(...columns)].map((x) => Math.abs(x - 168) < 12)).toEqual([
      true,
      true,
    ]);
    expect([Math.min(...rows), Math.max(...rows)].map((y) => Math.abs(y - 88) < 12)).toEqual([true, true]);

    await expect(damaged.tile(0, 10, 5)).rejects.toThrow(
      /The tile in column 10, row 5 of level 0 of .*broken\.tif is damaged/,
    );
    const region = (x: number, y: number) =>
      damaged.readRegion({ x, y, width: 16, height: 16, downsample: 4 });
    await expect(region(620, 300)).rejects.toThrow(DamagedTileError);
    await expect(region(576, 320)).resolves.toMatchObject({ width: 16 }); // up to its left edge
    await expect(region(704, 320)).resolves.toMatchObject({ width: 16 }); // from its right edge on
    expect((await sharp(await damaged.thumbnail(256)).metadata()).width).toBe(256);
    await Promise.all([whole.close(), damaged.close()]);
  });

  it('fails as a file that cannot be read, not as damage, when the drive is gone', async () => {
    const { whole, damaged } = await both(false, 0, []);
    await damaged.close(); // reading now fails as it does from a drive that was unplugged
    const reading = damaged.readRegion(all);
    await expect(reading).rejects.toThrow(
      /broken\.tif can no longer be read .*Check that its drive is connected/,
    );
    await expect(reading).rejects.not.toBeInstanceOf(DamagedTileError);
    await whole.close();
  });
});
