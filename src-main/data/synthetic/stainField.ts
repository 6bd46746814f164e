import { Random } from '../../base/random.ts';
import type { Noise } from './noise.ts';

/**
 * How much haematoxylin and eosin lies where, over a window of an endless plane of tissue at 0.5 µm/px. Densities are
 * multiples of a usual staining: 0 is glass, 1 a well-stained nucleus or strongly pink collagen.
 */
export interface StainField {
  /** The window's origin on the plane. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly haematoxylin: Float32Array;
  readonly eosin: Float32Array;
}

/** What every tissue is painted with: the same on all windows of one plane. */
export interface Plane {
  readonly seed: number;
  readonly noise: Noise;
}

export function stainField(x: number, y: number, width: number, height: number): StainField {
  const pixels = width * height;
  return { x, y, width, height, haematoxylin: new Float32Array(pixels), eosin: new Float32Array(pixels) };
}

/** An ellipse that replaces what lies below it, with a soft edge. */
export interface Ellipse {
  /** Centre on the plane. */
  readonly x: number;
  readonly y: number;
  /** Semi-axes in pixels. */
  readonly along: number;
  readonly across: number;
  /** Direction of `along`, radians. */
  readonly angle: number;
  readonly haematoxylin: number;
  readonly eosin: number;
  /** Strength of the mottling (chromatin), 0–1. */
  readonly mottle?: number;
  /** Darkening of the rim (nuclear membrane), 0–1. */
  readonly rim?: number;
}

/** Width of an ellipse's soft edge, in pixels. */
const EDGE = 1.4;

export function paintEllipse(field: StainField, ellipse: Ellipse, noise: Noise): void {
  const { along, across, mottle = 0, rim = 0 } = ellipse;
  const [cos, sin] = [Math.cos(ellipse.angle), Math.sin(ellipse.angle)];
  const reach = Math.max(along, across) + EDGE;
  const [cx, cy] = [ellipse.x - field.x, ellipse.y - field.y];
  const fromY = Math.max(0, Math.ceil(cy - reach));
  const toY = Math.min(field.height - 1, Math.floor(cy + reach));
  const fromX = Math.max(0, Math.ceil(cx - reach));
  const toX = Math.min(field.width - 1, Math.floor(cx + reach));
  const smaller = Math.min(along, across);
  for (let y = fromY; y <= toY; y++) {
    for (let x = fromX; x <= toX; x++) {
      const u = ((x - cx) * cos + (y - cy) * sin) / along;
      const v = ((y - cy) * cos - (x - cx) * sin) / across;
      const radius = Math.sqrt(u * u + v * v);
      const inside = (1 - radius) * smaller; // about the distance to the edge, in pixels
      if (inside < -EDGE / 2) continue;
      const alpha = Math.min(1, inside / EDGE + 0.5);
      const grain = mottle === 0 ? 0 : mottle * noise.at((x + field.x) * 0.45, (y + field.y) * 0.45);
      const edge = inside < 1.6 ? rim : 0;
      const at = y * field.width + x;
      const h = field.haematoxylin[at] as number;
      const e = field.eosin[at] as number;
      field.haematoxylin[at] = h + alpha * (ellipse.haematoxylin * (1 + grain + edge) - h);
      field.eosin[at] = e + alpha * (ellipse.eosin - e);
    }
  }
}

/**
 * Visits the cells of a grid over the plane whose objects may reach into the window. The generator depends on plane and
 * cell only, so that neighbouring windows agree about an object that they share.
 * @param reach how far from its cell an object may be seen, in pixels
 */
export function forEachCell(
  field: StainField,
  plane: Plane,
  kind: string,
  pitch: number,
  reach: number,
  visit: (x: number, y: number, random: Random) => void,
): void {
  const first = (start: number) => Math.floor((start - reach) / pitch);
  const last = (start: number, size: number) => Math.floor((start + size + reach) / pitch);
  for (let j = first(field.y); j <= last(field.y, field.height); j++)
    for (let i = first(field.x); i <= last(field.x, field.width); i++) {
      const shift = j & 1 ? pitch / 2 : 0; // every other row is shifted, so that no grid is seen
      visit((i + 0.5) * pitch + shift, (j + 0.5) * pitch, Random.from(plane.seed, kind, i, j));
    }
}
