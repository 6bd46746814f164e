import { readdirSync } from 'node:fs';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../../src-main/base/random.ts';
import {
  hashDistance,
  NEAR,
  perceptualHash,
  type PerceptualHash,
} from '../../../../src-main/data/health/perceptualHash.ts';
import { nearPairs } from '../../../../src-main/data/health/nearPairs.ts';
import { BLANK_CONTRAST, contrast, structure } from '../../../../src-main/data/health/structure.ts';
import { decodeRgb, decodeRgbBytes } from '../../../../src-main/data/rgb.ts';
import { REAL_DATA } from '../../../support/realData.ts';

const hashOf = async (image: Sharp): Promise<PerceptualHash> =>
  perceptualHash(structure(await decodeRgbBytes(await image.png().toBuffer())));

describe('the perceptual hash', () => {
  it('has a bit for the sign of each of the 64 lowest frequencies, diagonal by diagonal', () => {
    const random = Random.from(1, 'signs');
    const cells = new Float64Array(32 * 32).fill(128);
    let expected = '';
    for (let diagonal = 1; expected.length < 64; diagonal++) {
      for (let u = 0; u <= diagonal && expected.length < 64; u++) {
        const [v, sign] = [diagonal - u, random.uniform() < 0.5 ? -1 : 1];
        expected += sign > 0 ? '1' : '0';
        for (let y = 0; y < 32; y++)
          for (let x = 0; x < 32; x++)
            cells[y * 32 + x]! +=
              sign * Math.cos(((y + 0.5) * v * Math.PI) / 32) * Math.cos(((x + 0.5) * u * Math.PI) / 32);
      }
    }
    const [high, low] = perceptualHash(cells);
    expect(high.toString(2).padStart(32, '0') + low.toString(2).padStart(32, '0')).toBe(expected);
  });

  it('counts the bits that differ', () => {
    expect(hashDistance([0, 0], [0xffffffff, 0xffffffff])).toBe(64);
    expect(hashDistance([0x80000000, 1], [0, 0])).toBe(2);
    expect(hashDistance([0xdeadbeef, 7], [0xdeadbeef, 7])).toBe(0);
  });

  it('averages areas exactly, whatever the size', () => {
    const data = new Uint8Array(48 * 16 * 3);
    for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / 3) % 48 < 24 ? 200 : 40; // left and right half
    const cells = structure({ data, width: 48, height: 16 });
    expect([cells[0], cells[15], cells[16], cells[1023]].map((cell) => Math.round(cell!))).toEqual([
      200, 200, 40, 40,
    ]);
    expect(contrast(cells)).toBeCloseTo(80, 6);
    expect(contrast(structure({ data: data.fill(255), width: 48, height: 16 }))).toBeLessThan(BLANK_CONTRAST);
  });
});

const CHANGES: Record<string, (image: Sharp, side: number) => Sharp> = {
  'JPEG at quality 40': (image) => image.jpeg({ quality: 40 }),
  'half the size': (image, side) => image.resize(side / 2),
  'twice the size': (image, side) => image.resize(side * 2),
  'an odd size': (image, side) => image.resize(Math.round(side * 0.61)),
  'ten per cent brighter': (image) => image.linear(1.1, 0),
  'ten grey levels darker': (image) => image.linear(1, -10),
  'a little blurred': (image) => image.blur(1),
};

describe.skipIf(!REAL_DATA)('on real tiles', () => {
  const folder = path.join(REAL_DATA ?? '', 'crc5');
  let tiles: string[];
  beforeAll(() => {
    tiles = ['train', 'test'].flatMap((split) =>
      ['AC', 'H', 'S', 'T', 'V'].flatMap((name) =>
        readdirSync(path.join(folder, split, name)).map((file) => path.join(folder, split, name, file)),
      ),
    );
  });

  it.each(Object.keys(CHANGES))('hardly changes with %s', async (change) => {
    const distances = await Promise.all(
      tiles
        .filter((_, i) => i % 90 === 0)
        .map(async (tile) => {
          const changed = sharp(await CHANGES[change]!(sharp(tile), 224).toBuffer());
          return hashDistance(await hashOf(sharp(tile)), await hashOf(changed));
        }),
    );
    expect(distances.length).toBeGreaterThan(20);
    expect(Math.max(...distances)).toBeLessThanOrEqual(5);
  });

  it(
    'tells 2,250 tiles of five classes apart, but for three overlapping cuts of one place',
    { timeout: 120_000 },
    async () => {
      const hashes: PerceptualHash[] = [];
      for (const tile of tiles) hashes.push(perceptualHash(structure(await decodeRgb(tile))));
      const { pairs } = nearPairs(hashes, NEAR);
      const names = pairs.map(({ first, second }) =>
        [first, second]
          .map((i) => path.basename(tiles[i]!, '.jpg').replace('image_', ''))
          .sort()
          .join(' '),
      );
      expect(names.sort()).toEqual(['S_466 S_87', 'V_251 V_323', 'V_431 V_521']);
    },
  );

  it('finds no near duplicates among Kather 2016’s tiles', async () => {
    const root = path.join(REAL_DATA ?? '', 'kather2016/png');
    const hashes: PerceptualHash[] = [];
    for (const name of readdirSync(root))
      for (const file of readdirSync(path.join(root, name))) {
        const cells = structure(await decodeRgb(path.join(root, name, file)));
        if (contrast(cells) >= BLANK_CONTRAST) hashes.push(perceptualHash(cells));
      }
    expect(hashes.length).toBeGreaterThanOrEqual(98);
    expect(nearPairs(hashes, NEAR).pairs).toEqual([]);
  });
});
