import { describe, expect, it } from 'vitest';
import { classColour, classRgb, DISTINCT_CLASSES } from '../../../src-main/contract/palette.ts';
import { ciede2000, labOf, VISION, type Lab } from '../../support/colourDistance.ts';

type Rgb = [number, number, number];
const rgbOf = (hex: string): Rgb => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** The least distance from any of the one to any of the other. */
const least = (some: readonly Lab[], others: readonly Lab[]): number =>
  Math.min(...some.flatMap((one) => others.map((other) => ciede2000(one, other))));
/** The same between two of a list. */
const leastWithin = (all: readonly Lab[]): number =>
  Math.min(...all.slice(1).map((one, i) => least([one], all.slice(0, i + 1))));

const colours = Array.from({ length: DISTINCT_CLASSES }, (_, index) => classRgb(index));

// Sharma, Wu & Dalal (2005), table 1
it.each<[Lab, Lab, number]>([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
])('CIEDE2000 of %j and %j is %d', (one, other, distance) => {
  expect(ciede2000(one, other)).toBeCloseTo(distance, 4);
  expect(ciede2000(other, one)).toBeCloseTo(distance, 4);
});

describe('the colours of the classes', () => {
  it('are Okabe and Ito’s first', () => {
    const first = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#666666'];
    expect(first.map((_, index) => classColour(index))).toEqual(first);
  });

  it('repeat after sixteen', () => {
    expect(DISTINCT_CLASSES).toBe(16);
    expect(new Set(Array.from({ length: 40 }, (_, index) => classColour(index))).size).toBe(DISTINCT_CLASSES);
    expect(classColour(DISTINCT_CLASSES)).toBe(classColour(0));
    expect(classRgb(DISTINCT_CLASSES + 1)).toEqual([0xe6, 0x9f, 0]);
  });

  // The first eight have 21.6, 12.2 and 11.6 among themselves: further ones cost almost nothing.
  it.each([
    ['normal', 20],
    ['protanopia', 11],
    ['deuteranopia', 11],
  ] as const)('are told apart with %s vision: at least %d between any two', (vision, distance) => {
    expect(Object.keys(VISION)).toContain(vision);
    expect(leastWithin(colours.map((rgb) => labOf(rgb, vision)))).toBeGreaterThan(distance);
  });

  it('stand out from the grounds of both themes', () => {
    const grounds = ['#ffffff', '#f3f3f3', '#e8e8e8', '#303030', '#1d1d1d', '#141414'].map(rgbOf);
    const labs = grounds.map((rgb) => labOf(rgb));
    expect(
      least(
        colours.map((rgb) => labOf(rgb)),
        labs,
      ),
    ).toBeGreaterThan(18);
  });

  it('are, beyond the first eight, no colours of stained tissue', () => {
    // Ruifrok and Johnston's haematoxylin and eosin at optical densities of tissue.
    const stain = (density: number, [r, g, b]: Rgb): Rgb => {
      const channel = (share: number) => 255 * 10 ** ((-density * share) / Math.hypot(r, g, b));
      return [channel(r), channel(g), channel(b)];
    };
    const [haematoxylin, eosin]: Rgb[] = [
      [0.65, 0.7, 0.29],
      [0.07, 0.99, 0.11],
    ];
    const tissue = [
      ...[0.3, 0.5, 0.8].map((density) => stain(density, haematoxylin ?? [0, 0, 0])),
      ...[0.15, 0.25, 0.4].map((density) => stain(density, eosin ?? [0, 0, 0])),
    ].map((rgb) => labOf(rgb));
    expect(
      least(
        colours.slice(8).map((rgb) => labOf(rgb)),
        tissue,
      ),
    ).toBeGreaterThan(15);
  });
});
