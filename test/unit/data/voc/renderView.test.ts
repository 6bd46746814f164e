import { describe, expect, it } from 'vitest';
import { renderView, type DecodedImage } from '../../../../src-main/data/voc/renderView.ts';
import { drawView, wholeView, type View } from '../../../../src-main/data/voc/view.ts';

const [width, height] = [5, 4];
const image: DecodedImage = {
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return (x * 53 + y * 31 + c * 71 + ((x * y) % 3) * 40) % 256;
  }),
  mask: Uint8Array.from({ length: width * height }, (_, i) => i),
};
/** Keeps the bytes' values. */
const plain = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] } as const;

function render(view: View, size: number, normalisation: Parameters<typeof renderView>[3] = plain) {
  const planes = new Float32Array(3 * size * size);
  const labels = new Int32Array(size * size).fill(255);
  renderView(image, view, size, normalisation, planes, labels);
  const rows = <T>(of: ArrayLike<T>, from: number) =>
    Array.from({ length: size }, (_, y) =>
      Array.from({ length: size }, (_v, x) => of[from + y * size + x] as T),
    );
  return { planes, green: rows(planes, size * size), labels: rows(labels, 0) };
}

describe('renderView', () => {
  // torch.nn.functional.interpolate(…, mode='bilinear', align_corners=False) of the green channel, and
  // mode='nearest-exact' of the mask (PyTorch 2.13).
  it.each([
    {
      view: { width: 8, height: 6 },
      size: 6,
      green: [
        [71.0, 94.1875, 127.3125, 160.4375, 193.5625, 226.6875],
        [86.5, 118.4375, 156.0625, 121.6875, 108.5625, 116.6875],
        [107.1667, 132.1042, 155.8125, 72.2708, 24.1458, 11.4375],
        [127.8333, 89.7708, 39.8125, 29.6042, 26.4792, 30.4375],
        [148.5, 133.1875, 107.5625, 48.1875, 28.8125, 49.4375],
        [164.0, 187.1875, 204.3125, 77.4375, 30.5625, 63.6875],
      ],
      labels: [
        [0, 0, 1, 2, 2, 3],
        [5, 5, 6, 7, 7, 8],
        [5, 5, 6, 7, 7, 8],
        [10, 10, 11, 12, 12, 13],
        [15, 15, 16, 17, 17, 18],
        [15, 15, 16, 17, 17, 18],
      ],
    },
    {
      view: { width: 3, height: 3 },
      size: 3,
      green: [
        [96.0556, 152.8333, 90.0556],
        [112.5, 27.5, 95.8333],
        [166.7222, 15.5, 106.0556],
      ],
      labels: [
        [0, 2, 4],
        [10, 12, 14],
        [15, 17, 19],
      ],
    },
  ])('rescales to $view.width x $view.height as PyTorch does', ({ view, size, green, labels }) => {
    const drawn = render({ ...view, left: 0, top: 0, mirrored: false }, size);
    expect(drawn.labels).toEqual(labels);
    drawn.green.forEach((row, y) =>
      row.forEach((value, x) => expect(value).toBeCloseTo(green[y]?.[x] ?? 0, 3)),
    );
  });

  it('crops, mirrors, and pads with the mean and "ignore"', () => {
    const { green, labels } = render({ width, height, left: 1, top: 2, mirrored: true }, 5);
    // columns 4 3 2 1 0 after mirroring, of which those from the second are shown; rows 2 and 3
    expect(labels.slice(0, 2)).toEqual([
      [13, 12, 11, 10, 255],
      [18, 17, 16, 15, 255],
    ]);
    expect(
      labels
        .slice(2)
        .flat()
        .every((label) => label === 255),
    ).toBe(true);
    const greenAt = (pixel: number) => image.rgb[pixel * 3 + 1];
    [13, 12, 11, 10].forEach((pixel, x) => expect(green[0]?.[x]).toBeCloseTo(greenAt(pixel) ?? NaN, 3));
    expect([green[0]?.[4], green[2]?.[0]]).toEqual([0, 0]);
  });

  it('normalises per channel', () => {
    const [mean, std] = [[0.1, 0.5, 0.9] as const, [0.2, 0.3, 0.4] as const];
    const { planes } = render(wholeView(image), 5, { mean, std });
    for (const channel of [0, 1, 2] as const)
      expect(planes[channel * 25 + 7]).toBeCloseTo(
        ((image.rgb[7 * 3 + channel] ?? 0) / 255 - mean[channel]) / std[channel],
        5,
      );
  });
});

describe('drawView', () => {
  const settings = { rescale: [0.5, 1.5], flip: true } as const;
  const views = Array.from({ length: 2000 }, (_, seed) =>
    drawView({ width: 500, height: 375 }, 321, settings, seed),
  );

  it('covers scales, places and sides evenly, with one factor for both axes', () => {
    const factors = views.map((view) => view.width / 500);
    expect(Math.min(...factors)).toBeLessThan(0.51);
    expect(Math.max(...factors)).toBeGreaterThan(1.49);
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
    expect(mean).toBeCloseTo(1, 1);
    for (const view of views) expect(Math.abs(view.height / 375 - view.width / 500)).toBeLessThan(0.003);
    expect(views.filter(({ mirrored }) => mirrored).length / views.length).toBeCloseTo(0.5, 1);
  });

  it('keeps the crop inside the image where it fits, and the image in the corner where not', () => {
    for (const { width: w, height: h, left, top } of views) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(Math.max(0, w - 321));
      expect(top).toBeLessThanOrEqual(Math.max(0, h - 321));
    }
    expect(views.some(({ width: w, left }) => w > 321 && left === w - 321)).toBe(true);
  });

  it('is the same for the same seed, and never mirrors where that is off', () => {
    expect(drawView({ width: 500, height: 375 }, 321, settings, 7)).toEqual(views[7]);
    const still = { rescale: [1, 1], flip: false } as const;
    const plainViews = Array.from({ length: 50 }, (_, seed) =>
      drawView({ width: 500, height: 375 }, 321, still, seed),
    );
    expect(plainViews.every((view) => !view.mirrored && view.width === 500 && view.height === 375)).toBe(
      true,
    );
  });
});
