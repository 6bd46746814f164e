import { describe, expect, it } from 'vitest';
import { PatchCutting } from '../../../../src-main/contract/values/annotations.ts';
import { glassClasses, tissueOf, withoutGlass } from '../../../../src-main/slides/annotations/glass.ts';

/** Squares at x = 0, 10, 20 … of these classes, with these shares of tissue. */
const measured = (...list: readonly (readonly [classIndex: number, tissue: number])[]) => ({
  squares: {
    corners: Int32Array.from(list.flatMap((_, i) => [10 * i, 7])),
    classIndices: Int32Array.from(list.map(([classIndex]) => classIndex)),
  },
  tissue: Float64Array.from(list.map(([, tissue]) => tissue)),
});
const NOBODY: ReadonlySet<number> = new Set();

it('is not asked for by cuttings that were stored before it was there', () => {
  const stored = { patchSize: 96, mpp: null, coverage: 0.5, overlap: 0.25, slideMpp: 1, without: ['Fat'] };
  expect(PatchCutting.parse(stored)).toEqual({ ...stored, leastTissue: 0 });
  for (const leastTissue of [-0.1, 1.1, NaN])
    expect(PatchCutting.safeParse({ ...stored, leastTissue }).success).toBe(false);
});

describe('squares of glass', () => {
  const slide = measured([0, 0.2], [1, 0.5], [0, 0.49], [1, 0], [0, 1]);

  it('are parted from the others, in order; exactly the share is enough', () => {
    const { squares, glass } = withoutGlass(slide, 0.5, NOBODY);
    expect([...squares.corners]).toEqual([10, 7, 40, 7]);
    expect([...squares.classIndices]).toEqual([1, 0]);
    expect([...glass.corners]).toEqual([0, 7, 20, 7, 30, 7]);
    expect([...glass.classIndices]).toEqual([0, 0, 1]);
    // As the slider has them: shares that no binary fraction is.
    for (const share of [0.05, 0.15, 0.35, 0.7, 1])
      expect(withoutGlass(measured([0, share]), share, NOBODY).glass.corners).toHaveLength(0);
  });

  it('are kept where their class is to be left whole', () => {
    const { squares, glass } = withoutGlass(slide, 0.5, new Set([0]));
    expect([...squares.corners]).toEqual([0, 7, 10, 7, 20, 7, 40, 7]);
    expect([...glass.corners]).toEqual([30, 7]);
  });
});

describe('classes of glass', () => {
  it('are glass for more than three quarters over all slides together', () => {
    // Tissue of class 0: a quarter on average; of 1: less on the first slide, more over both; of 2: less; of 3 nothing is there.
    const slides = [
      measured([0, 0.5], [0, 0], [1, 0.1], [2, 0.6]),
      measured([1, 1], [2, 0], [2, 0], [2, 0.3]),
    ];
    expect([...glassClasses(slides, 4)]).toEqual([2]);
    expect([...glassClasses(slides.slice(0, 1), 4)]).toEqual([1]);
    expect([...glassClasses([], 4)]).toEqual([]);
  });
});

it('measures the tissue under each square', () => {
  // 4 x 2 mask pixels of 10 level-0 pixels each
  const mask = { width: 4, height: 2, downsample: 10, data: Uint8Array.from([1, 1, 0, 0, 1, 0, 0, 0]) };
  const { squares } = measured([0, 0], [0, 0], [0, 0]);
  const at = { ...squares, corners: Int32Array.from([0, 0, 10, 0, 20, 0]) };
  expect([...tissueOf(at, 20, mask)]).toEqual([0.75, 0.25, 0]);
});
