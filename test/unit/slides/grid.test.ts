import { describe, expect, it } from 'vitest';
import { patchGrid, tissuePatches } from '../../../src-main/slides/grid.ts';
import { patchSegments } from '../../../src-main/slides/segments.ts';

const slide = { name: 'a.svs', width: 1000, height: 620 };

describe('patchGrid', () => {
  it("covers the model's field in microns with level-0 pixels", () => {
    expect(patchGrid(slide, { patchSize: 100, mpp: 0.5 }, 0.25)).toEqual({ columns: 5, rows: 3, patchSize: 200, stride: 200 }); // prettier-ignore
    expect(patchGrid(slide, { patchSize: 224, mpp: 0.5 }, 0.499).patchSize).toBe(224);
    expect(patchGrid(slide, { patchSize: 96, mpp: null }, 0.25).patchSize).toBe(96);
    expect(patchGrid(slide, { patchSize: 96, mpp: null }, null).patchSize).toBe(96);
  });

  it('asks for what it cannot know', () => {
    expect(() => patchGrid(slide, { patchSize: 96, mpp: 0.5 }, null)).toThrow(/0.5 µm.*a\.svs.*panel/s);
    expect(() => patchGrid(slide, { patchSize: 400, mpp: 1 }, 0.5)).toThrow(/less than one patch/);
  });
});

describe('tissuePatches', () => {
  it('lists the patches that are at least half tissue, row by row', () => {
    const grid = { columns: 3, rows: 2, patchSize: 40, stride: 40 };
    // 4 x 4 mask pixels per patch of 40 pixels: 7, 8 and 16 of 16 in the first row, 8 and 0 and 9 in the second.
    const filled = [
      [7, 8, 16],
      [8, 0, 9],
    ];
    const data = new Uint8Array(12 * 8);
    filled.forEach((row, r) =>
      row.forEach((count, c) => {
        for (let i = 0; i < count; i++) data[(r * 4 + (i >> 2)) * 12 + c * 4 + (i & 3)] = 1;
      }),
    );
    const patches = tissuePatches(grid, { width: 12, height: 8, downsample: 10, data });
    expect([...patches.columns]).toEqual([1, 2, 0, 2]);
    expect([...patches.rows]).toEqual([0, 0, 1, 1]);
  });

  it('works where a mask pixel is larger than a patch', () => {
    const grid = { columns: 8, rows: 1, patchSize: 4, stride: 4 };
    const patches = tissuePatches(grid, { width: 2, height: 1, downsample: 16, data: Uint8Array.of(0, 1) });
    expect([...patches.columns]).toEqual([4, 5, 6, 7]);
  });
});

describe('patchSegments', () => {
  const grid = { columns: 100, rows: 3, patchSize: 10, stride: 10 };
  const list = { columns: [] as number[], rows: [] as number[] };
  for (let row = 0; row < 3; row++)
    for (let column = row; column < 100; column += 1 + row) {
      list.columns.push(column);
      list.rows.push(row);
    }
  const patches = { columns: Int32Array.from(list.columns), rows: Int32Array.from(list.rows) };

  it('covers every patch once, in order, from any start', () => {
    for (const from of [0, 17, patches.columns.length]) {
      const corners = [...patchSegments(grid, patches, from, 2)].flatMap((s) => [...s.corners]);
      const expected = list.columns.flatMap((column, i) => [column * 10, (list.rows[i] ?? 0) * 10]);
      expect(corners).toEqual(expected.slice(from * 2));
    }
  });

  it('gives a column to the same thread in every row', () => {
    const threadOf = new Map<number, number>();
    for (const { thread, corners } of patchSegments(grid, patches, 0, 3))
      for (let i = 0; i < corners.length; i += 2) {
        const x = corners[i] ?? 0;
        expect(threadOf.get(x) ?? thread).toBe(thread);
        threadOf.set(x, thread);
      }
    expect(new Set(threadOf.values()).size).toBe(3);
  });
});
