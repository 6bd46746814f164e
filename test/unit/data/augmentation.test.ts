import { describe, expect, it } from 'vitest';
import type { Augmentation } from '../../../src-main/contract/values/run.ts';
import { augmentImage } from '../../../src-main/data/augmentation/augment.ts';
import { jitterColour } from '../../../src-main/data/augmentation/colour.ts';
import { drawAugmentation } from '../../../src-main/data/augmentation/draw.ts';
import { Frame } from '../../../src-main/data/augmentation/frame.ts';
import { resample } from '../../../src-main/data/augmentation/resample.ts';

const idle: Augmentation = {
  flip: false,
  rotateDegrees: 0,
  cropPadding: 0,
  colourJitter: 0,
  hueJitter: 0,
  rescale: 0,
};
const SIDE = 7;
/** An image in which every pixel differs. */
const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 37 + (i >> 3)) % 251);
const pixel = (x: number, y: number, channel: number) => (rgb[(y * SIDE + x) * 3 + channel] ?? NaN) / 255;

function warped(affine: Partial<{ a: number; b: number; c: number; d: number; tx: number; ty: number }>) {
  const frame = new Frame(SIDE).setBytes(rgb);
  resample(frame, { a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0, ...affine });
  const planes = new Float32Array(3 * SIDE * SIDE);
  frame.getPlanes(planes);
  return (x: number, y: number, channel: number) => planes[channel * SIDE * SIDE + y * SIDE + x] ?? NaN;
}

function expectEach(
  actual: (x: number, y: number, channel: number) => number,
  expected: (x: number, y: number, channel: number) => number,
): void {
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) expect(actual(x, y, channel)).toBeCloseTo(expected(x, y, channel), 5);
}

describe('resample', () => {
  it('leaves the image alone under the identity', () => expectEach(warped({}), pixel));

  it('mirrors', () => expectEach(warped({ a: -1 }), (x, y, channel) => pixel(SIDE - 1 - x, y, channel)));

  it('turns by a right angle about the centre', () =>
    expectEach(warped({ a: 0, b: -1, c: 1, d: 0 }), (x, y, channel) => pixel(SIDE - 1 - y, x, channel)));

  it('shifts with the border reflected, the outermost pixel not repeated', () => {
    // numpy.pad([0, 1, …, 6], 3, 'reflect') = 3 2 1 | 0 … 6 | 5 4 3
    const padded = [3, 2, 1, 0, 1, 2, 3, 4, 5, 6, 5, 4, 3];
    for (const shift of [-3, -1, 2, 3])
      expectEach(warped({ tx: shift }), (x, y, channel) => pixel(padded[x + shift + 3] ?? NaN, y, channel));
  });

  it('interpolates bilinearly', () =>
    expect(warped({ tx: 0.25, ty: 0.5 })(2, 3, 1)).toBeCloseTo(
      0.5 * (0.75 * pixel(2, 3, 1) + 0.25 * pixel(3, 3, 1)) +
        0.5 * (0.75 * pixel(2, 4, 1) + 0.25 * pixel(3, 4, 1)),
      5,
    ));

  it('reflects any distance, as often as needed', () => {
    // The pixel that lies in the middle of the row, moved by so much.
    for (const [shift, source] of [
      [-4, 1],
      [-10, 5],
      [9, 0],
      [10, 1],
      [22, 1],
    ] as const)
      expect(warped({ tx: shift })(3, 2, 0)).toBeCloseTo(pixel(source, 2, 0), 5);
    expect(warped({ tx: -9.5 })(3, 2, 0)).toBeCloseTo(0.5 * (pixel(5, 2, 0) + pixel(6, 2, 0)), 5);
  });

  it('resamples an image of one pixel', () => {
    const frame = new Frame(1).setBytes(Uint8Array.of(255, 51, 0));
    resample(frame, { a: 1, b: 0, c: 0, d: 1, tx: 3.5, ty: -2 });
    const planes = new Float32Array(3);
    frame.getPlanes(planes);
    expect([...planes]).toEqual([1, 0.2, 0].map((value) => expect.closeTo(value, 6)));
  });
});

describe('jitterColour', () => {
  const jittered = (
    planes: number[],
    step: 'brightness' | 'contrast' | 'saturation' | 'hue',
    amount: number,
  ) => {
    const pixels = planes.length / 3;
    const repeated = [0, 1, 2, 3].map((place) => place % pixels); // two by two, the mean is the same
    const values = Float32Array.from(
      [0, 1, 2].flatMap((c) => repeated.map((i) => planes[c * pixels + i] ?? NaN)),
    );
    const frame = new Frame(2).setPlanes(values);
    jitterColour(frame, [{ step, amount }]);
    frame.getPlanes(values);
    return planes.map((_, i) => values[4 * Math.floor(i / pixels) + (i % pixels)] ?? NaN);
  };
  const closeTo = (actual: number[], expected: number[]) =>
    actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));

  // Two pixels: (0.2, 0.4, 0.6) and (0.9, 0.3, 0.5), as planes.
  const two = [0.2, 0.9, 0.4, 0.3, 0.6, 0.5];
  const grey = [0.2989 * 0.2 + 0.587 * 0.4 + 0.114 * 0.6, 0.2989 * 0.9 + 0.587 * 0.3 + 0.114 * 0.5] as const;

  it('multiplies for brightness and clamps', () =>
    closeTo(jittered(two, 'brightness', 1.5), [0.3, 1, 0.6, 0.45, 0.9, 0.75]));

  it('blends with the mean grey of the image for contrast', () => {
    const mean = (grey[0] + grey[1]) / 2;
    closeTo(
      jittered(two, 'contrast', 0.5),
      two.map((value) => 0.5 * value + 0.5 * mean),
    );
  });

  it("blends with the pixel's own grey for saturation", () => {
    closeTo(jittered(two, 'saturation', 0), [grey[0], grey[1], grey[0], grey[1], grey[0], grey[1]]);
    closeTo(
      jittered(two, 'saturation', 1.3),
      two.map((value, i) => Math.min(1, 1.3 * value - 0.3 * (grey[i % 2] ?? NaN))),
    );
  });

  // Expected values from Python's colorsys.
  it.each([
    [[0.2, 0.4, 0.6], 0.25, [0.6, 0.2, 0.6]],
    [[0.9, 0.3, 0.5], -0.1, [0.9, 0.3, 0.86]],
    [[0.1, 0.7, 0.3], 0.5, [0.7, 0.1, 0.5]],
    [[0.8, 0.8, 0.2], 0.05, [0.62, 0.8, 0.2]],
    [[0.4, 0.4, 0.4], 0.3, [0.4, 0.4, 0.4]],
  ])('turns the hue of %j by %f', (from, turns, to) => closeTo(jittered(from, 'hue', turns), to));
});

describe('drawAugmentation', () => {
  it('changes nothing when everything is off', () => {
    const { affine, colour } = drawAugmentation(idle, 3);
    expect(affine).toMatchObject({ a: 1, d: 1 });
    for (const value of [affine.b, affine.c, affine.tx, affine.ty]) expect(Math.abs(value)).toBe(0);
    expect(colour).toEqual([]);
  });

  it('covers the ranges of its settings, and no more', () => {
    const settings = {
      ...idle,
      rotateDegrees: 30,
      rescale: 0.2,
      cropPadding: 4,
      colourJitter: 0.3,
      hueJitter: 0.1,
    };
    const draws = Array.from({ length: 2000 }, (_, seed) => drawAugmentation(settings, seed));
    const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
    const zooms = range(draws.map(({ affine: { a, c } }) => 1 / Math.hypot(a, c)));
    const angles = range(draws.map(({ affine: { a, c } }) => (Math.atan2(c, a) * 180) / Math.PI));
    const near = ([low, high]: readonly [number, number], from: number, to: number) => {
      const slack = (to - from) / 100;
      expect(low).toBeGreaterThanOrEqual(from);
      expect(low).toBeLessThan(from + slack);
      expect(high).toBeLessThanOrEqual(to);
      expect(high).toBeGreaterThan(to - slack);
    };
    near(zooms, 0.8, 1.2);
    near(angles, -30, 30);
    const amounts = (name: string) =>
      draws.flatMap(({ colour }) => colour.flatMap(({ step, amount }) => (step === name ? [amount] : [])));
    near(range(amounts('contrast')), 0.7, 1.3);
    near(range(amounts('hue')), -0.1, 0.1);
    // The shift before rotation and zoom is a whole number of pixels, each of the nine about equally often.
    const shifts = draws.map(({ affine: { a, b, c, d, tx, ty } }) => (d * tx - b * ty) / (a * d - b * c));
    const counts = new Map<number, number>();
    for (const shift of shifts) {
      expect(shift).toBeCloseTo(Math.round(shift), 6);
      counts.set(Math.round(shift), (counts.get(Math.round(shift)) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((p, q) => p - q)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
    expect(Math.min(...counts.values())).toBeGreaterThan(160); // 222 expected, standard deviation 14
    // The colour steps come in all 24 orders.
    expect(new Set(draws.map(({ colour }) => colour.map(({ step }) => step).join())).size).toBe(24);
  });

  it('mirrors half of the images in each direction', () => {
    const draws = Array.from(
      { length: 1000 },
      (_, seed) => drawAugmentation({ ...idle, flip: true }, seed).affine,
    );
    for (const count of [draws.filter(({ a }) => a < 0).length, draws.filter(({ d }) => d < 0).length]) {
      expect(count).toBeGreaterThan(420);
      expect(count).toBeLessThan(580);
    }
  });
});

describe('augmentImage', () => {
  it('normalises each channel after scaling to 0–1', () => {
    const planes = new Float32Array(3 * SIDE * SIDE);
    augmentImage(rgb, SIDE, null, { mean: [0.1, 0.2, 0.3], std: [0.5, 0.25, 2] }, planes);
    expect(planes[10]).toBeCloseTo((pixel(3, 1, 0) - 0.1) / 0.5, 5);
    expect(planes[49 + 10]).toBeCloseTo((pixel(3, 1, 1) - 0.2) / 0.25, 5);
    expect(planes[98 + 10]).toBeCloseTo((pixel(3, 1, 2) - 0.3) / 2, 5);
  });
});
