import { describe, expect, it } from 'vitest';
import { scaleBar } from '../../../src-renderer/slides/scaleBar.ts';

describe('scaleBar', () => {
  it.each([
    [0.5, '50 µm', 100],
    [1, '100 µm', 100],
    [1.9, '200 µm', 200 / 1.9],
    [12.8, '2 mm', 2000 / 12.8],
    [0.004, '0.5 µm', 125],
  ])('at %f µm per screen pixel is %s', (perPixel, label, pixels) => {
    const bar = scaleBar(perPixel, 160);
    expect(bar.label).toBe(label);
    expect(bar.pixels).toBeCloseTo(pixels, 9);
  });

  it('is never longer than allowed nor shorter than two fifths of it', () => {
    for (let perPixel = 0.01; perPixel < 200; perPixel *= 1.07) {
      const { pixels } = scaleBar(perPixel, 160);
      expect(pixels).toBeLessThanOrEqual(160 + 1e-9);
      expect(pixels).toBeGreaterThan(64 - 1e-9);
    }
  });
});
