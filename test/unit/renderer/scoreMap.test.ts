import { describe, expect, it } from 'vitest';
import { classRgb } from '../../../src-main/contract/palette.ts';
import {
  HISTOGRAM_BINS,
  paintScores,
  summarise,
  type ScoreMap,
} from '../../../src-renderer/slides/scoreMap.ts';

const NONE = [255, 255];
/** Two columns, two rows, two classes: [0.1, 0.9], [0.6, 0.4]; nothing; [1, 0]. */
const map: ScoreMap = {
  columns: 2,
  rows: 2,
  classes: 2,
  bytes: Uint8Array.from([[25, 229], [152, 102], NONE, [254, 0]].flat()),
};

const pixel = (pixels: Uint8ClampedArray, patch: number) => [...pixels.subarray(patch * 4, patch * 4 + 4)];

describe('summarise', () => {
  it('counts patches by their most probable class, and leaves out those without a score', () => {
    expect(summarise(map, null, 0)).toMatchObject({ scored: 3, shown: [2, 1] });
  });

  it('counts the patches of one class that reach the threshold', () => {
    expect(summarise(map, 0, 0.5)).toMatchObject({ scored: 3, shown: [2, 0] });
    expect(summarise(map, 1, 0.95)).toMatchObject({ scored: 3, shown: [0, 0] });
  });

  it('puts every scored patch into the histogram, a score of 1 into the last bin', () => {
    const { histogram } = summarise(map, 0, 0.9);
    expect(histogram).toHaveLength(HISTOGRAM_BINS);
    expect(histogram.reduce((sum, patches) => sum + patches)).toBe(3);
    expect(histogram.at(-1)).toBe(1);
    expect(histogram[Math.floor((25 / 254) * HISTOGRAM_BINS)]).toBe(1);
  });
});

describe('paintScores', () => {
  it('paints the most probable class in its colour, as opaque as its score', () => {
    const pixels = paintScores(map, null, 0);
    expect(pixel(pixels, 0)).toEqual([...classRgb(1), Math.round((229 / 254) * 255)]);
    expect(pixel(pixels, 3)).toEqual([...classRgb(0), 255]);
  });

  it('leaves patches without a score and below the threshold transparent', () => {
    expect(pixel(paintScores(map, null, 0), 2)[3]).toBe(0);
    const strict = paintScores(map, 0, 0.5);
    expect([0, 1, 2, 3].map((patch) => pixel(strict, patch)[3])).toEqual([
      0,
      Math.round((152 / 254) * 255),
      0,
      255,
    ]);
  });
});
