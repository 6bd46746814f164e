import { describe, expect, it } from 'vitest';
import { burnLabel } from '../../../src-main/data/synthetic/label.ts';
import { planSlide } from '../../../src-main/data/synthetic/slidePlan.ts';
import { develop, REFERENCE_STAIN } from '../../../src-main/data/synthetic/stain.ts';
import { stainField } from '../../../src-main/data/synthetic/stainField.ts';
import { createPlane, TISSUES } from '../../../src-main/data/synthetic/tissues.ts';

describe.each(TISSUES)('synthetic tissue "$name"', ({ paint }) => {
  const plane = createPlane(4, 'test');
  const painted = (x: number, y: number, width: number, height: number) => {
    const field = stainField(x, y, width, height);
    paint(field, plane);
    return field;
  };

  it('has no seams: windows that overlap agree in every pixel', () => {
    const [x, y] = [-150, 12_345];
    const whole = painted(x, y, 200, 120);
    const part = painted(x + 70, y + 33, 90, 60);
    for (let row = 0; row < 60; row++) {
      const from = (row + 33) * 200 + 70;
      for (const stain of ['haematoxylin', 'eosin'] as const)
        expect(part[stain].subarray(row * 90, (row + 1) * 90)).toEqual(
          whole[stain].subarray(from, from + 90),
        );
    }
  });

  it('differs from place to place and from plane to plane', () => {
    const here = painted(0, 0, 64, 64);
    expect(painted(1000, 0, 64, 64).eosin).not.toEqual(here.eosin);
    const elsewhere = stainField(0, 0, 64, 64);
    paint(elsewhere, createPlane(5, 'test'));
    expect(elsewhere.eosin).not.toEqual(here.eosin);
  });
});

describe('develop', () => {
  it('follows Beer and Lambert', () => {
    const field = stainField(0, 0, 2, 1);
    field.haematoxylin.set([0, 0.8]);
    field.eosin.set([0, 0.5]);
    const rgb = new Uint8Array(6);
    develop(field, REFERENCE_STAIN, rgb, 0, 6);
    expect([...rgb.subarray(0, 3)]).toEqual(REFERENCE_STAIN.white);
    for (let channel = 0; channel < 3; channel++) {
      const density =
        0.8 * (REFERENCE_STAIN.haematoxylin[channel] ?? 0) + 0.5 * (REFERENCE_STAIN.eosin[channel] ?? 0);
      expect(rgb[3 + channel]).toBeCloseTo((REFERENCE_STAIN.white[channel] ?? 0) * Math.exp(-density), -0.3);
    }
  });
});

describe('planSlide', () => {
  it.each([1, 2, 3, 4])('gives every class contiguous regions and leaves glass around (seed %i)', (seed) => {
    const side = 8192;
    const plan = planSlide(side, seed, createPlane(seed, 'slide').noise);
    const shares = new Float32Array(TISSUES.length);
    const area = TISSUES.map(() => 0);
    let pure = 0;
    let glass = 0;
    const n = 128;
    for (let i = 0; i < n * n; i++) {
      plan.sharesAt(((i % n) * side) / n, (Math.floor(i / n) * side) / n, shares);
      const sum = shares.reduce((total, share) => total + share, 0);
      expect(sum).toBeLessThan(1.0001);
      if (sum < 0.01) glass++;
      shares.forEach((share, c) => {
        if (share > 0.99) {
          area[c] = (area[c] ?? 0) + 1 / (n * n);
          pure++;
        }
      });
    }
    expect(Math.min(...area)).toBeGreaterThan(0.02);
    expect(glass / (n * n)).toBeGreaterThan(0.3);
    expect((pure + glass) / (n * n)).toBeGreaterThan(0.95); // so borders are thin
    for (const edge of [0, side - 1]) {
      plan.sharesAt(edge, side / 2, shares);
      expect(shares.every((share) => share < 0.01)).toBe(true);
    }
  });
});

describe('burnLabel', () => {
  it('writes into the lower left corner only, the same in strips as at once', () => {
    const side = 720;
    const whole = new Uint8Array(side * side * 3).fill(244);
    burnLabel(whole, side, 0);
    const strips = new Uint8Array(side * side * 3).fill(244);
    for (let top = 0; top < side; top += 100)
      burnLabel(strips.subarray(top * side * 3, Math.min(side, top + 100) * side * 3), side, top);
    expect(Buffer.compare(whole, strips)).toBe(0);
    const inked = [...whole.keys()].filter((i) => whole[i] !== 244).map((i) => Math.floor(i / 3));
    expect(inked.length).toBeGreaterThan(1000);
    expect(Math.min(...inked.map((i) => Math.floor(i / side)))).toBeGreaterThan(side * 0.9);
    expect(Math.max(...inked.map((i) => i % side))).toBeLessThan(side / 4);
  });
});
