import { expect, it } from 'vitest';
import { simplified } from '../../../../src-main/slides/annotations/simplify.ts';

const ringOf = (...corners: number[]) => Float64Array.from(corners);

it('leaves out corners that lie beside the line by less than the tolerance', () => {
  const bumpy = ringOf(0, 0, 50, 2, 100, 0, 101, 50, 100, 100, 50, 98, 0, 100, -3, 50);
  expect(simplified(bumpy, 1)).toEqual([0, 0, 50, 2, 100, 0, 100, 100, 50, 98, 0, 100, -3, 50]);
  expect(simplified(bumpy, 2.5)).toEqual([0, 0, 100, 0, 100, 100, 0, 100, -3, 50]);
  expect(simplified(bumpy, 5)).toEqual([0, 0, 100, 0, 100, 100, 0, 100]);
});

it('gives nothing for what cannot be seen', () => {
  expect(simplified(ringOf(0, 0, 1, 0, 1, 1), 5)).toBeNull();
  expect(simplified(ringOf(0, 0, 100, 1, 50, 0), 5)).toBeNull();
});

it('stays within the tolerance of a circle, with few corners', () => {
  const corners = Array.from({ length: 10_000 }, (_, i) => (2 * Math.PI * i) / 10_000);
  const circle = Float64Array.from(
    corners.flatMap((angle) => [1000 * Math.cos(angle), 1000 * Math.sin(angle)]),
  );
  const few = simplified(circle, 2) ?? [];
  expect(few.length / 2).toBeGreaterThan(30);
  expect(few.length / 2).toBeLessThan(100);
  for (let i = 0; i < few.length; i += 2) {
    const [x0 = 0, y0 = 0] = [few[i], few[i + 1]];
    const [x1 = 0, y1 = 0] = [few[(i + 2) % few.length], few[(i + 3) % few.length]];
    // The middle of a chord is where it lies furthest inside; corners are rounded to whole pixels.
    expect(Math.hypot((x0 + x1) / 2, (y0 + y1) / 2)).toBeGreaterThan(1000 - 2 - 1.5);
  }
});

it('takes no minutes for an outline that runs to and fro', () => {
  const zigzag = Float64Array.from({ length: 400_000 }, (_, i) => (i % 2 ? i / 2 : i % 4 ? 0 : 100_000));
  const begun = performance.now();
  simplified(zigzag, 10);
  expect(performance.now() - begun).toBeLessThan(10_000);
});
