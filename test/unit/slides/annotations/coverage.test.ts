import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src-main/base/random.ts';
import { coveredSquares, type Layer } from '../../../../src-main/slides/annotations/coverage.ts';
import { areaOf, polygonsOf } from '../../../../src-main/slides/annotations/geometry.ts';
import { cuttingGrid } from '../../../../src-main/slides/annotations/grid.ts';

type Corner = [number, number];
const rectangle = (x: number, y: number, width: number, height: number): Corner[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

function layer(classIndex: number | null, ...rings: Corner[][]): Layer {
  const polygons = polygonsOf({ type: 'Polygon', coordinates: rings });
  return { classIndex, polygons, area: polygons.reduce((sum, polygon) => sum + areaOf(polygon), 0) };
}

const gridOf = (width: number, height: number, patchSize: number, overlap = 0) =>
  cuttingGrid({ width, height }, { patchSize, mpp: null, overlap }, null);

/** "x,y:class" of each square that is kept. */
async function kept(layers: Layer[], coverage: number, { side = 10, overlap = 0, size = 40 } = {}) {
  const { corners, classIndices } = await coveredSquares(
    layers,
    gridOf(size, size, side, overlap),
    3,
    coverage,
  );
  return Array.from(classIndices, (index, i) => `${corners[i * 2]},${corners[i * 2 + 1]}:${index}`);
}

describe('coveredSquares', () => {
  it('keeps what is covered as a whole, and at the threshold exactly', async () => {
    expect(await kept([layer(0, rectangle(0, 0, 20, 10))], 1)).toEqual(['0,0:0', '10,0:0']);
    expect(await kept([layer(1, rectangle(0, 0, 7.5, 10))], 0.75)).toEqual(['0,0:1']);
    expect(await kept([layer(1, rectangle(0, 0, 7.49, 10))], 0.75)).toEqual([]);
    expect(await kept([layer(1, rectangle(0, 20, 10, 8))], 0.8)).toEqual(['0,20:1']);
    expect(await kept([layer(1, rectangle(0, 20, 10, 7))], 0.8)).toEqual([]);
  });

  it('gives a square to the class that covers most of it', async () => {
    const layers = [layer(0, rectangle(0, 0, 14, 10)), layer(2, rectangle(14, 0, 26, 10))];
    expect(await kept(layers, 0.5)).toEqual(['0,0:0', '10,0:2', '20,0:2', '30,0:2']);
    expect(await kept(layers, 0.75)).toEqual(['0,0:0', '20,0:2', '30,0:2']);
  });

  it('lets the smaller annotation lie on top, whatever the order in the file', async () => {
    const [tumour, necrosis] = [layer(0, rectangle(0, 0, 40, 40)), layer(1, rectangle(10, 10, 10, 10))];
    for (const layers of [
      [tumour, necrosis],
      [necrosis, tumour],
    ]) {
      const squares = await kept(layers, 0.9);
      expect(squares).toHaveLength(16);
      expect(squares.filter((square) => square.endsWith(':1'))).toEqual(['10,10:1']);
    }
  });

  it('takes the later of two equally large ones', async () => {
    const [first, second] = [layer(0, rectangle(0, 0, 10, 10)), layer(1, rectangle(0, 0, 10, 10))];
    expect(await kept([first, second], 0.5)).toEqual(['0,0:1']);
    expect(await kept([second, first], 0.5)).toEqual(['0,0:0']);
  });

  it('leaves holes out, and keeps an island in a hole', async () => {
    const ring = layer(0, rectangle(0, 0, 40, 40), rectangle(10, 10, 20, 20));
    expect(await kept([ring], 0.5)).toHaveLength(12);
    const island = layer(1, rectangle(10, 10, 10, 10));
    expect((await kept([ring, island], 0.5)).filter((square) => square.endsWith(':1'))).toEqual(['10,10:1']);
  });

  it('cuts nothing where a class is not wanted, but hides what lies below it', async () => {
    const layers = [layer(0, rectangle(0, 0, 40, 10)), layer(null, rectangle(10, 0, 10, 10))];
    expect(await kept(layers, 0.5)).toEqual(['0,0:0', '20,0:0', '30,0:0']);
  });

  it('counts overlapping polygons of one annotation once', async () => {
    const polygons = [rectangle(0, 0, 6, 10), rectangle(4, 0, 6, 10)].map((ring) => [ring]);
    const both = polygonsOf({ type: 'MultiPolygon', coordinates: polygons });
    expect(await kept([{ classIndex: 0, polygons: both, area: 120 }], 0.99)).toEqual(['0,0:0']);
  });

  it('measures overlapping squares each by itself', async () => {
    const half = { side: 20, overlap: 0.5 };
    expect(await kept([layer(0, rectangle(5, 0, 35, 20))], 1, half)).toEqual(['10,0:0', '20,0:0']);
    expect(await kept([layer(0, rectangle(5, 0, 35, 20))], 0.75, half)).toEqual([
      '0,0:0',
      '10,0:0',
      '20,0:0',
    ]);
  });

  it('cuts off what lies outside the slide', async () => {
    expect(await kept([layer(0, rectangle(-1000, -1000, 1010, 1010))], 0.9)).toEqual(['0,0:0']);
    expect(await kept([layer(0, rectangle(1e7, 1e7, 100, 100))], 0.1)).toEqual([]);
    expect(await kept([layer(0, rectangle(-1e7, -1e7, 2e7, 2e7))], 1)).toHaveLength(16);
  });
});

describe('cuttingGrid', () => {
  it('has whole squares from the origin on, all inside the slide', () => {
    expect(gridOf(100, 39, 20)).toEqual({ columns: 5, rows: 1, side: 20, stride: 20 });
    expect(gridOf(100, 40, 20, 0.25)).toEqual({ columns: 6, rows: 2, side: 20, stride: 15 });
    expect(gridOf(19, 100, 20)).toMatchObject({ columns: 0 });
  });

  it('scales to the microns per pixel that are wanted', () => {
    const wanted = { patchSize: 224, mpp: 0.5, overlap: 0 };
    expect(cuttingGrid({ width: 9000, height: 9000 }, wanted, 0.2527)).toMatchObject({
      side: 443,
      columns: 20,
    });
    expect(cuttingGrid({ width: 9000, height: 9000 }, wanted, 1)).toMatchObject({ side: 112 });
  });
});

describe('coveredSquares against librsvg', () => {
  const SIZE = 1024;
  const COLOURS = ['#ff0000', '#00ff00', '#0000ff'];

  /** Rough, possibly self-crossing outlines, the largest first, each with a hole or none. */
  function shapes(seed: number): { classIndex: number; rings: Corner[][] }[] {
    const random = Random.from(seed, 'shapes');
    return Array.from({ length: 12 }, (_, i) => {
      const radius = 520 * 0.72 ** i;
      const [x, y] = [random.between(100, SIZE - 100), random.between(100, SIZE - 100)];
      const corners = 5 + random.integer(60);
      const outline = Array.from({ length: corners }, (_corner, k): Corner => {
        const angle = (2 * Math.PI * k) / corners + random.between(-0.2, 0.2);
        const r = radius * random.between(0.75, 1.1);
        return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
      });
      const side = radius * 0.4;
      const hole = rectangle(x - side / 2, y - side / 2, side, side);
      return { classIndex: i % 3, rings: i % 2 ? [outline, hole] : [outline] };
    });
  }

  async function raster(list: ReturnType<typeof shapes>): Promise<Uint8Array> {
    const paths = list.map(({ classIndex, rings }) => {
      const d = rings.map((ring) => `M${ring.map((corner) => corner.join(' ')).join('L')}Z`).join('');
      return `<path d="${d}" fill="${COLOURS[classIndex]}" fill-rule="evenodd"/>`;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" shape-rendering="crispEdges">${paths.join('')}</svg>`;
    return sharp(Buffer.from(svg)).flatten({ background: '#000' }).removeAlpha().raw().toBuffer();
  }

  /** Shares of the three classes in a square, by counting pixels. */
  function shares(pixels: Uint8Array, x: number, y: number, side: number): number[] {
    const counts = [0, 0, 0];
    for (let row = y; row < y + side; row++)
      for (let column = x; column < x + side; column++)
        for (let c = 0; c < 3; c++) if (pixels[(row * SIZE + column) * 3 + c]! > 127) counts[c]!++;
    return counts.map((count) => count / side ** 2);
  }

  it.each([1, 2, 3, 4, 5, 6])('agrees with its pixels (drawing %i)', async (seed) => {
    const list = shapes(seed);
    const pixels = await raster(list);
    const layers = list.map(({ classIndex, rings }) => layer(classIndex, ...rings));
    const shuffled = Random.from(seed, 'order').shuffled(layers);
    let [decided, keptInAll] = [0, 0];
    for (const [side, overlap, coverage] of [
      [64, 0, 0.75],
      [48, 0.5, 0.4],
      [100, 0.25, 0.95],
    ] as const) {
      const grid = gridOf(SIZE, SIZE, side, overlap);
      const { corners, classIndices } = await coveredSquares(shuffled, grid, 3, coverage);
      const found = new Map(
        Array.from(classIndices, (index, i) => [`${corners[i * 2]},${corners[i * 2 + 1]}`, index]),
      );
      for (let row = 0; row < grid.rows; row++)
        for (let column = 0; column < grid.columns; column++) {
          const [x, y] = [column * grid.stride, row * grid.stride];
          const [best = 0, second = 0] = shares(pixels, x, y, side).toSorted((a, b) => b - a);
          if (Math.abs(best - coverage) < 0.01 || best - second < 0.02) continue; // may go either way
          decided++;
          const index = found.get(`${x},${y}`);
          expect([x, y, index !== undefined]).toEqual([x, y, best >= coverage]);
          if (index === undefined) continue;
          keptInAll++;
          expect(index).toBe(shares(pixels, x, y, side).indexOf(best));
        }
    }
    expect(decided).toBeGreaterThan(1000);
    expect(keptInAll).toBeGreaterThan(200);
  });

  it('takes a second or so for 250,000 squares and outlines of 100,000 corners', async () => {
    const random = Random.from(9);
    const outline = Array.from({ length: 100_000 }, (_, k): Corner => {
      const angle = (2 * Math.PI * k) / 100_000;
      const r = 47_500 + 2500 * Math.sin(40 * angle) + random.between(-20, 20);
      return [56_000 + r * Math.cos(angle), 56_000 + r * Math.sin(angle)];
    });
    const inner = outline.map(([x, y]): Corner => [56_000 + (x - 56_000) / 2, 56_000 + (y - 56_000) / 2]);
    const begun = performance.now();
    const { classIndices } = await coveredSquares(
      [layer(0, outline), layer(1, inner)],
      gridOf(112_000, 112_000, 224),
      2,
      0.75,
    );
    const took = performance.now() - begun;
    // About pi * 47,500² pixels of 224² each.
    expect(classIndices.length).toBeGreaterThan(139_000);
    expect(classIndices.length).toBeLessThan(142_000);
    expect(took).toBeLessThan(10_000);
  }, 30_000);

  it('stops when it is told to', async () => {
    const outline = Array.from({ length: 200_000 }, (_, k): Corner => [k % 2 ? 0 : 100_000, k / 2]);
    const work = coveredSquares(
      [layer(0, outline)],
      gridOf(100_000, 100_000, 50),
      1,
      0.5,
      AbortSignal.timeout(200),
    );
    await expect(work).rejects.toThrow(/timeout|aborted/);
  }, 30_000);
});
