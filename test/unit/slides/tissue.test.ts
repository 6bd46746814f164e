import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { tissueFraction } from '../../../src-main/slides/grid.ts';
import { fillSmallRegions } from '../../../src-main/slides/maskRegions.ts';
import { openSlide } from '../../../src-main/slides/open.ts';
import { otsuThreshold } from '../../../src-main/slides/otsu.ts';
import { findTissue, tissueOf } from '../../../src-main/slides/tissue.ts';
import { REAL_DATA } from '../../support/realData.ts';
import { realSlide } from '../../support/slides.ts';

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

  it('takes tinted glass for glass', async () => {
    const image = paint((x, y) => (disc(x, y, 100, 100, 50) ? EOSIN : [238, 236, 228]));
    expect(share(await tissueOf(image, 8))).toBeCloseTo((Math.PI * 50 ** 2) / SIDE ** 2, 1);
  });
});

describe.skipIf(!REAL_DATA)('findTissue', () => {
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
    expect(both / either).toBeGreaterThan(0.92);
    await slide.close();
  });

  it('leaves the glass of a small Aperio slide out', async () => {
    const slide = await openSlide(realSlide('CMU-1-Small-Region.svs'));
    const fraction = tissueFraction(await findTissue(slide, slide.info.mpp));
    expect(fraction).toBeGreaterThan(0.3);
    expect(fraction).toBeLessThan(0.5);
    await slide.close();
  });
});
