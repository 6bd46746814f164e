import { copyFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { writeSyntheticSlide } from '../../../src-main/data/synthetic/slide.ts';
import { planSlide } from '../../../src-main/data/synthetic/slidePlan.ts';
import { createPlane, TISSUES } from '../../../src-main/data/synthetic/tissues.ts';
import { tissueFraction } from '../../../src-main/slides/grid.ts';
import { isInk } from '../../../src-main/slides/ink.ts';
import { fillSmallRegions } from '../../../src-main/slides/maskRegions.ts';
import { dilate, erode } from '../../../src-main/slides/morphology.ts';
import { openSlide } from '../../../src-main/slides/open.ts';
import { otsuThreshold } from '../../../src-main/slides/otsu.ts';
import { findTissue, tissueOf, type TissueMask } from '../../../src-main/slides/tissue.ts';
import { REAL_DATA } from '../../support/realData.ts';
import { damageTiles, realSlide, temporaryFolder, writeTiff } from '../../support/slides.ts';

type Rgb = [number, number, number];
const GLASS: Rgb = [243, 243, 242];
const EOSIN: Rgb = [225, 170, 200];
const HAEMATOXYLIN: Rgb = [120, 80, 160];

const SIDE = 200;
/** An image of what `colourAt` paints, with the noise of a camera, at 8 µm per pixel. */
function paint(colourAt: (x: number, y: number) => Rgb) {
  const random = Random.from(1, 'paint');
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < SIDE * SIDE; i++)
    data.set(
      colourAt(i % SIDE, Math.floor(i / SIDE)).map((v) => v + random.integer(5) - 2),
      i * 3,
    );
  return { width: SIDE, height: SIDE, data };
}
const disc = (x: number, y: number, cx: number, cy: number, r: number) =>
  (x - cx) ** 2 + (y - cy) ** 2 < r * r;
const share = (mask: Uint8Array) => mask.reduce((sum, v) => sum + v, 0) / mask.length;

describe('otsuThreshold', () => {
  it('splits two peaks between them, and says 0 for equal values', () => {
    const values = Uint8Array.from([10, 11, 12, 10, 200, 201, 199]);
    expect(otsuThreshold(values)).toBeGreaterThanOrEqual(12);
    expect(otsuThreshold(values)).toBeLessThan(199);
    expect(otsuThreshold(new Uint8Array(9).fill(7))).toBe(0);
  });
});

describe('fillSmallRegions', () => {
  it('removes what is smaller, keeps what is as large, and does not join diagonals', () => {
    const mask = Uint8Array.from([
      1, 1, 0, 0,
      1, 0, 0, 1,
      0, 0, 1, 0,
    ]); // prettier-ignore
    fillSmallRegions(mask, 4, 1, 3);
    expect([...mask]).toEqual([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('tissueOf', () => {
  it('finds a section on glass, and neither dust, nor ink, nor a black border', async () => {
    const image = paint((x, y) => {
      if (x < 6) return [12, 12, 12]; // where the scanner saw nothing
      if (disc(x, y, 170, 30, 2)) return HAEMATOXYLIN; // dust, 32 µm
      if (y > 180 && x > 20) return [40, 130, 90]; // green marker
      if (disc(x, y, 100, 90, 3)) return GLASS; // a lumen
      if (disc(x, y, 100, 90, 60)) return (x + y) % 5 ? EOSIN : HAEMATOXYLIN;
      return GLASS;
    });
    const mask = await tissueOf(image, 8);
    const truth = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
      disc(i % SIDE, Math.floor(i / SIDE), 100, 90, 60) ? 1 : 0,
    );
    const both = truth.filter((v, i) => v && mask[i]).length;
    const either = truth.filter((v, i) => v || mask[i]).length;
    expect(both / either).toBeGreaterThan(0.92);
  });

  it('finds nothing where there is only glass, everything where there is only tissue', async () => {
    expect(
      share(
        await tissueOf(
          paint(() => GLASS),
          8,
        ),
      ),
    ).toBe(0);
    const tissue = paint((x, y) => (disc(x % 12, y % 12, 6, 6, 3) ? HAEMATOXYLIN : EOSIN));
    expect(share(await tissueOf(tissue, 8))).toBe(1);
  });

  it.each([
    ['yellowish', [238, 236, 228]],
    ['pinkish', [243, 238, 242]],
    ['greenish', [236, 242, 236]],
  ] as [string, Rgb][])('takes %s glass for glass', async (_name, glass) => {
    const image = paint((x, y) => (disc(x, y, 100, 100, 50) ? EOSIN : glass));
    expect(share(await tissueOf(image, 8))).toBeCloseTo((Math.PI * 50 ** 2) / SIDE ** 2, 1);
  });

  it('finds fat: thin pale membranes around white vacuoles, beside strongly stained tissue', async () => {
    const cell = 11; // 88 µm
    const membrane: Rgb = [228, 200, 218];
    const fat = (x: number, y: number) => x >= 20 && x < 97 && y >= 40 && y < 161;
    const image = paint((x, y) => {
      if (x >= 97 && x < 180 && y >= 40 && y < 161) return HAEMATOXYLIN;
      if (fat(x, y)) return x % cell === 9 || y % cell === 7 ? membrane : GLASS;
      return GLASS;
    });
    const mask = await tissueOf(image, 8);
    const shareWhere = (inside: (x: number, y: number) => boolean) => {
      const chosen = [...mask].filter((_, i) => inside(i % SIDE, Math.floor(i / SIDE)));
      return chosen.reduce((sum, v) => sum + v, 0) / chosen.length;
    };
    expect(shareWhere(fat)).toBeGreaterThan(0.85);
    expect(shareWhere((_x, y) => y < 30 || y > 170)).toBe(0);
  });

  it.each([
    ['red', [205, 25, 40]],
    ['blue', [45, 70, 165]],
    ['green', [30, 140, 80]],
    ['black', [28, 26, 34]],
  ] as [string, Rgb][])(
    'leaves %s ink out, its pale rims too, and keeps the tissue beside it',
    async (_name, ink) => {
      const section = (x: number, y: number) => disc(x, y, 75, 100, 45);
      const image = paint((x, y) => {
        if (section(x, y)) return (x + y) % 3 ? EOSIN : HAEMATOXYLIN;
        const cover = Math.min(1, Math.max(0, 7 - Math.abs(x - 160 + 10 * Math.sin(y / 20)) / 1.5)); // a stroke of 100 µm
        return GLASS.map((glass, c) => glass + cover * ((ink[c] ?? 0) - glass)) as Rgb;
      });
      const mask = await tissueOf(image, 8);
      const found = { section: 0, elsewhere: 0 };
      mask.forEach((v, i) => (found[section(i % SIDE, Math.floor(i / SIDE)) ? 'section' : 'elsewhere'] += v));
      expect(found.section / (Math.PI * 45 ** 2)).toBeGreaterThan(0.93);
      expect(found.elsewhere).toBeLessThan(100);
    },
  );
});

describe('isInk', () => {
  it.each([
    ['eosin', EOSIN],
    ['dense eosin', [205, 60, 110]],
    ['haematoxylin', HAEMATOXYLIN],
    ['dense nuclei', [68, 30, 67]],
    ['lakes of blood', [150, 36, 34]],
    ['DAB', [120, 75, 45]],
    ['collagen in Masson’s trichrome', [75, 95, 175]],
    ['a pale blue counterstain', [165, 180, 205]],
    ['glass', GLASS],
  ] as [string, Rgb][])('does not take %s for ink', (_name, colour) => {
    expect(isInk(...colour)).toBe(false);
  });
});

describe('dilate and erode', () => {
  it('reach as far as told, in a square, and undo one another but for gaps', () => {
    const mask = new Uint8Array(7 * 6);
    mask[2 * 7 + 3] = 1;
    dilate(mask, 7, 1);
    expect([...mask].flatMap((v, i) => (v ? [i] : []))).toEqual([9, 10, 11, 16, 17, 18, 23, 24, 25]);
    erode(mask, 7, 1);
    expect([...mask].flatMap((v, i) => (v ? [i] : []))).toEqual([17]);
    const full = new Uint8Array(42).fill(1);
    erode(full, 7, 2);
    expect(share(full)).toBe(1); // beyond the edges all counts as set
  });
});

describe('findTissue', () => {
  const folder = temporaryFolder();

  it('follows the outline of the synthetic slide (intersection over union)', async () => {
    const [side, seed] = [2048, 3];
    const file = path.join(folder, 'synthetic.tif');
    await writeSyntheticSlide(file, side, seed, {
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    const slide = await openSlide(file);
    const mask = await findTissue(slide, slide.info.mpp);
    await slide.close();
    const plan = planSlide(side, seed, createPlane(seed, 'slide').noise);
    const shares = new Float32Array(TISSUES.length);
    let [both, either] = [0, 0];
    mask.data.forEach((v, i) => {
      plan.sharesAt(
        ((i % mask.width) + 0.5) * mask.downsample,
        (Math.floor(i / mask.width) + 0.5) * mask.downsample,
        shares,
      );
      const tissue = shares.reduce((sum, value) => sum + value, 0) > 0.5;
      if (v && tissue) both++;
      if (v || tissue) either++;
    });
    expect(both / either).toBeGreaterThan(0.94);
  });

  it('takes what a damaged tile hides for tissue, and nothing else', async () => {
    const file = path.join(folder, 'damaged.tif');
    const glass = { width: 640, height: 512, data: new Uint8Array(640 * 512 * 3).fill(243) };
    await writeTiff(file, glass, { compression: 'deflate', pyramid: false });
    await damageTiles(file, 0, [[2, 1]]);
    const slide = await openSlide(file);
    const { data, width, downsample } = await findTissue(slide, slide.info.mpp);
    await slide.close();
    expect([width, downsample]).toEqual([40, 16]);
    const expected = Array.from({ length: 4 * 4 }, (_, i) => (4 + Math.floor(i / 4)) * 40 + 8 + (i % 4));
    expect([...data].flatMap((v, i) => (v ? [i] : []))).toEqual(expected);
  });
});

describe.skipIf(!REAL_DATA)('findTissue on real slides', () => {
  const folder = temporaryFolder();

  it('agrees with the ground truth of a real slide (intersection over union)', async () => {
    const slide = await openSlide(realSlide('colon-region-10240.tif'));
    const mask = await findTissue(slide, slide.info.mpp);
    const truth = await sharp(realSlide('colon-region-10240-tissue-mask-div16.png'))
      .extractChannel(0)
      .raw()
      .toBuffer();
    expect([mask.width, mask.height, mask.downsample]).toEqual([640, 640, 16]);
    const both = truth.filter((v, i) => v > 127 && mask.data[i]).length;
    const either = truth.filter((v, i) => v > 127 || mask.data[i]).length;
    expect(both / either).toBeGreaterThan(0.935);
    await slide.close();
  });

  it('tells fat from glass: tiles of Kather and NCT-CRC put together to a slide', async () => {
    const file = path.join(folder, 'fat.tif');
    const areas = await writeMosaic(file, {
      fat: await realTiles('07_ADIPOSE', 'ADI'),
      glass: await realTiles('08_EMPTY', 'BACK'),
      tissue: await realTiles('01_TUMOR', 'TUM'),
    });
    const slide = await openSlide(file);
    const mask = await findTissue(slide, slide.info.mpp);
    await slide.close();
    const found = Object.fromEntries(
      Object.entries(areas).map(([name, area]) => [name, shareOf(mask, area)]),
    );
    expect(found.fat).toBeGreaterThan(0.75);
    expect(found.tissue).toBeGreaterThan(0.95);
    expect(found.glass).toBeLessThan(0.01);
  });

  it('does not need the level that it looks at: what is damaged there is made up from finer ones', async () => {
    const file = path.join(folder, 'colon.tif');
    copyFileSync(realSlide('colon-region-10240.tif'), file);
    await damageTiles(file, 4, [[1, 1]]); // a sixth of the overview
    const found: TissueMask[] = [];
    for (const each of [realSlide('colon-region-10240.tif'), file]) {
      const slide = await openSlide(each);
      found.push(await findTissue(slide, slide.info.mpp));
      await slide.close();
    }
    const differing = found[0]?.data.filter((v, i) => v !== found[1]?.data[i]).length;
    expect(differing).toBeLessThan(0.003 * 640 ** 2);
  });

  it('leaves the glass of a small Aperio slide out', async () => {
    const slide = await openSlide(realSlide('CMU-1-Small-Region.svs'));
    const fraction = tissueFraction(await findTissue(slide, slide.info.mpp));
    expect(fraction).toBeGreaterThan(0.3);
    expect(fraction).toBeLessThan(0.5);
    await slide.close();
  });
});

/** Tiles of one class of Kather 2016, the original files and the enlarged ones, and of NCT-CRC-HE, at 0.5 µm per pixel. */
async function realTiles(kather: string, nct: string): Promise<Buffer[]> {
  const folders = [`kather2016/png/${kather}`, `kather2016/tif/${kather}`, 'nct_crc_he/tif_9'];
  const files = folders.flatMap((name) =>
    readdirSync(path.join(REAL_DATA ?? '', name))
      .filter(
        (file) => /\.(png|tif)$/.test(file) && (name.startsWith('kather') || file.startsWith(`${nct}-`)),
      )
      .map((file) => path.join(REAL_DATA ?? '', name, file)),
  );
  return Promise.all(files.map((file) => sharp(file).removeAlpha().resize(TILE, TILE).raw().toBuffer()));
}

const TILE = 150;
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Writes a slide with one block of 10 x 8 tiles per kind, side by side on glass. @returns where each is */
async function writeMosaic(file: string, kinds: Record<string, Buffer[]>): Promise<Record<string, Area>> {
  const [columns, rows, margin] = [10, 8, 300];
  const areas: Record<string, Area> = {};
  const pieces: OverlayOptions[] = [];
  for (const [index, [name, tiles]] of Object.entries(kinds).entries()) {
    const area = {
      x: margin + index * columns * TILE,
      y: margin,
      width: columns * TILE,
      height: rows * TILE,
    };
    areas[name] = area;
    for (let i = 0; i < columns * rows; i++)
      pieces.push({
        input: tiles[(i * 7) % tiles.length] ?? Buffer.alloc(0),
        raw: { width: TILE, height: TILE, channels: 3 },
        left: area.x + (i % columns) * TILE,
        top: area.y + Math.floor(i / columns) * TILE,
      });
  }
  const [width, height] = [2 * margin + (pieces.length / rows) * TILE, 2 * margin + rows * TILE];
  const data = await sharp({ create: { width, height, channels: 3, background: { r: 243, g: 243, b: 242 } } })
    .composite(pieces)
    .removeAlpha()
    .raw()
    .toBuffer();
  await writeTiff(
    file,
    { width, height, data },
    { compression: 'jpeg', quality: 90, tileWidth: 256, tileHeight: 256 },
  );
  return areas;
}

/** The share of an area, in level-0 pixels, that the mask calls tissue. */
function shareOf({ data, width, downsample }: TissueMask, area: Area): number {
  let [tissue, pixels] = [0, 0];
  for (let y = Math.ceil(area.y / downsample); y < Math.floor((area.y + area.height) / downsample); y++)
    for (let x = Math.ceil(area.x / downsample); x < Math.floor((area.x + area.width) / downsample); x++) {
      tissue += data[y * width + x] ?? 0;
      pixels++;
    }
  return tissue / pixels;
}
