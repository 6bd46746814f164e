import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { planSlide, type SlidePlan } from '../../src-main/data/synthetic/slidePlan.ts';
import { writeSyntheticSlide } from '../../src-main/data/synthetic/slide.ts';
import { createPlane, TISSUES } from '../../src-main/data/synthetic/tissues.ts';
import { qupathGeoJson, type Area } from '../support/geojson.ts';

const SIDE = 4096;
/** Level-0 pixels between two places that are looked at, and along a ray. */
const STEP = 24;
const RAYS = 40;
/** Smaller regions are not outlined; level-0 pixels from the middle to the nearest edge. */
const LEAST_RADIUS = 120;
/** What a pathologist would still call pure. */
const PURE = 0.9;

/** Writes synthetic slides and, beside each, annotations of some regions as QuPath exports them. */
export async function writeAnnotatedSlides(folder: string, slides: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let seed = 1; seed <= slides; seed++) {
    const file = path.join(folder, `case${seed}.tif`);
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    await writeSyntheticSlide(file, SIDE, seed, options);
    const plan = planSlide(SIDE, seed, createPlane(seed, 'slide').noise);
    await writeFile(path.join(folder, `case${seed}.geojson`), qupathGeoJson(areasOf(plan)));
  }
}

/** For each tissue the two places farthest from any edge, outlined as far as the tissue goes in every direction. */
function areasOf(plan: SlidePlan): Area[] {
  const shares = new Float32Array(TISSUES.length);
  const isPure = (x: number, y: number, tissue: number): boolean => {
    plan.sharesAt(x, y, shares);
    return (shares[tissue] ?? 0) >= PURE;
  };
  return TISSUES.flatMap(({ name }, tissue) => {
    const found: { x: number; y: number; radii: number[]; nearest: number }[] = [];
    for (let y = 0; y < SIDE; y += 4 * STEP)
      for (let x = 0; x < SIDE; x += 4 * STEP) {
        if (!isPure(x, y, tissue)) continue;
        const radii = raysFrom(x, y, (atX, atY) => isPure(atX, atY, tissue));
        found.push({ x, y, radii, nearest: Math.min(...radii) });
      }
    found.sort((a, b) => b.nearest - a.nearest);
    const [first, ...others] = found.filter(({ nearest }) => nearest >= LEAST_RADIUS);
    if (!first) return [];
    const second = others.find(
      ({ x, y }) => Math.hypot(x - first.x, y - first.y) > Math.max(...first.radii) * 2,
    );
    return [first, ...(second ? [second] : [])].map(({ x, y, radii }): Area => {
      const corners = radii.flatMap((radius, ray) => {
        const angle = (2 * Math.PI * ray) / RAYS;
        return [Math.round(x + radius * Math.cos(angle)), Math.round(y + radius * Math.sin(angle))];
      });
      return [name, ...corners];
    });
  });
}

/** How far the tissue goes in each direction; a hand does not follow a bay to its end. */
function raysFrom(x: number, y: number, holds: (x: number, y: number) => boolean): number[] {
  const most = SIDE / 8;
  const rays = Array.from({ length: RAYS }, (_, ray) => {
    const [dx, dy] = [Math.cos((2 * Math.PI * ray) / RAYS), Math.sin((2 * Math.PI * ray) / RAYS)];
    let radius = 0;
    while (radius < most && holds(x + (radius + STEP) * dx, y + (radius + STEP) * dy)) radius += STEP;
    return radius;
  });
  return rays.map((radius, i) => Math.min(radius, ((rays.at(i - 1) ?? 0) + (rays[(i + 1) % RAYS] ?? 0)) / 2));
}
