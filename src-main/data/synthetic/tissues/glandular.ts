import type { Random } from '../../../base/random.ts';
import { smoothstep } from '../noise.ts';
import { forEachCell, paintEllipse, type Plane, type StainField } from '../stainField.ts';
import { Fibres } from './fibres.ts';

const PITCH = 130;

/** A gland cut across: its outline in polar coordinates. */
interface Gland {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Share of the radius that is lumen. */
  readonly lumen: number;
  readonly oval: number;
  readonly phase: number;
  readonly lobes: number;
  readonly lobePhase: number;
}

/** Round glands of columnar epithelium about a lumen, nuclei at the base, in loose connective tissue. */
export function paintGlandular(field: StainField, plane: Plane): void {
  paintLaminaPropria(field, plane);
  const { noise } = plane;
  forEachCell(field, plane, 'gland', PITCH, 150, (cellX, cellY, random) => {
    const gland: Gland = {
      // The smooth displacement bends the rows of the grid; neighbours move together and do not collide.
      x: cellX + 105 * noise.at(cellX * 0.0017, cellY * 0.0017 + 9) + random.between(-10, 10),
      y: cellY + 105 * noise.at(cellX * 0.0017 + 57, cellY * 0.0017) + random.between(-10, 10),
      radius: random.between(46, 61),
      lumen: random.between(0.24, 0.42),
      oval: random.between(0, 0.16),
      phase: random.between(0, 2 * Math.PI),
      lobes: random.between(0.01, 0.05),
      lobePhase: random.between(0, 2 * Math.PI),
    };
    paintEpithelium(field, gland, plane);
    paintCells(field, gland, random, plane);
  });
}

function paintLaminaPropria(field: StainField, plane: Plane): void {
  const fibres = new Fibres(plane);
  const { width, height, haematoxylin, eosin } = field;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      eosin[i] = 0.32 + 0.22 * fibres.at(x + field.x, y + field.y);
      haematoxylin[i] = 0.07;
    }
  forEachCell(field, plane, 'lamina propria', 17, 22, (cellX, cellY, random) => {
    if (random.uniform() > 0.6) return;
    const [x, y] = [cellX + random.between(-7, 7), cellY + random.between(-7, 7)];
    const round = random.uniform() < 0.65; // lymphocytes and plasma cells, else fibroblasts
    paintEllipse(
      field,
      {
        x,
        y,
        along: round ? random.between(4.2, 5) : random.between(6, 9),
        across: round ? random.between(3.9, 4.6) : random.between(1.9, 2.8),
        angle: fibres.angleAt(x, y) + random.between(-0.5, 0.5),
        haematoxylin: random.between(0.8, 1.25),
        eosin: 0.25,
        mottle: 0.3,
      },
      plane.noise,
    );
  });
}

function outline({ radius, oval, phase, lobes, lobePhase }: Gland, angle: number): number {
  return radius * (1 + oval * Math.cos(2 * (angle - phase)) - oval + lobes * Math.cos(3 * angle + lobePhase));
}

function paintEpithelium(field: StainField, gland: Gland, { noise }: Plane): void {
  const reach = gland.radius * 1.08;
  const [cx, cy] = [gland.x - field.x, gland.y - field.y];
  const fromY = Math.max(0, Math.ceil(cy - reach));
  const toY = Math.min(field.height - 1, Math.floor(cy + reach));
  const fromX = Math.max(0, Math.ceil(cx - reach));
  const toX = Math.min(field.width - 1, Math.floor(cx + reach));
  for (let y = fromY; y <= toY; y++)
    for (let x = fromX; x <= toX; x++) {
      const dx = x - cx;
      const dy = y - cy;
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance > reach) continue;
      const angle = Math.atan2(dy, dx);
      const rim = outline(gland, angle);
      const depth = (rim - distance) / gland.radius; // 0 at the base, rising inwards
      if (depth < -0.05) continue;
      const cover = smoothstep(-0.05, 0.0, depth);
      const fringe = 0.05 * noise.at(angle * 4 + gland.x, gland.y);
      const lumen = smoothstep(-0.03, 0.035, depth - (1 - gland.lumen) + fringe);
      const border = smoothstep(0.75, 1, Math.cos(angle * Math.round(gland.radius / 1.9))) * 0.1;
      const grain = noise.at((x + field.x) * 0.3, (y + field.y) * 0.3);
      // The brush border is the pink line towards the lumen.
      const brush = 0.18 * smoothstep(0.1, 0.02, Math.abs(depth - (1 - gland.lumen) + 0.05));
      const e =
        (0.4 + border + brush + 0.09 * grain) * (1 - lumen) + (0.03 + 0.05 * Math.max(0, grain)) * lumen;
      const h = (0.2 + 0.05 * grain + 0.06 * smoothstep(0.45, 0.1, depth)) * (1 - lumen) + 0.02 * lumen;
      const at = y * field.width + x;
      field.eosin[at] = (field.eosin[at] as number) * (1 - cover) + e * cover;
      field.haematoxylin[at] = (field.haematoxylin[at] as number) * (1 - cover) + h * cover;
    }
}

function paintCells(field: StainField, gland: Gland, random: Random, { noise }: Plane): void {
  const cells = Math.round((2 * Math.PI * gland.radius * 0.8) / 9.5);
  for (let cell = 0; cell < cells; cell++) {
    const angle = ((cell + random.between(-0.25, 0.25)) / cells) * 2 * Math.PI;
    const rim = outline(gland, angle);
    const place = (depth: number) => ({
      x: gland.x + Math.cos(angle) * (rim - depth * gland.radius),
      y: gland.y + Math.sin(angle) * (rim - depth * gland.radius),
    });
    const goblet = random.uniform() < 0.22;
    if (goblet)
      paintEllipse(
        field,
        { ...place(0.38), along: random.between(8, 11), across: 5.2, angle, haematoxylin: 0.16, eosin: 0.06 },
        noise,
      );
    paintEllipse(
      field,
      {
        ...place(goblet ? 0.12 : random.between(0.14, 0.26)),
        along: goblet ? 3.4 : random.between(6, 8),
        across: goblet ? 4.6 : random.between(3.3, 4.1),
        angle,
        haematoxylin: random.between(0.8, 1.15),
        eosin: 0.22,
        mottle: 0.35,
        rim: 0.15,
      },
      noise,
    );
  }
}
