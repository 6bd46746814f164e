import { Random } from '../../../base/random.ts';
import { smoothstep } from '../noise.ts';
import { paintEllipse, type Plane, type StainField } from '../stainField.ts';

const PITCH = 74;
const JITTER = 0.36 * PITCH;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Large empty fat cells, packed like foam, with thin pink walls and nuclei pressed against them. */
export function paintAdipose(field: StainField, plane: Plane): void {
  const { width, height, haematoxylin, eosin } = field;
  const centres = fatCells(field, plane);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const px = x + field.x;
      const py = y + field.y;
      const ripple = 3 * plane.noise.at(px * 0.05, py * 0.05);
      const [first, second, third] = centres.nearest(px + ripple, py - ripple);
      // Walls are the seams of the cells; where three cells meet, a little tissue fills the corner.
      const seam = Math.min(second - first, 0.55 * (third - first));
      const wall = smoothstep(4.4, 1.6, seam + 0.8 * ripple * 0.3);
      const grain = plane.noise.at(px * 0.35, py * 0.35);
      eosin[i] = 0.045 + (0.5 + 0.12 * grain) * wall;
      haematoxylin[i] = 0.012 + 0.07 * wall;
    }
  for (const { x, y, along, across, angle, density } of centres.nuclei)
    paintEllipse(
      field,
      { x, y, along, across, angle, haematoxylin: density, eosin: 0.3, mottle: 0.25 },
      plane.noise,
    );
}

interface Nucleus extends Point {
  readonly along: number;
  readonly across: number;
  readonly angle: number;
  readonly density: number;
}

interface FatCells {
  /** Distances to the three nearest centres. */
  nearest(x: number, y: number): readonly [number, number, number];
  readonly nuclei: readonly Nucleus[];
}

/** The jittered grid of cell centres about a window, and the nuclei on the seams between neighbours. */
function fatCells(field: StainField, { seed }: Plane): FatCells {
  const firstColumn = Math.floor(field.x / PITCH) - 2;
  const firstRow = Math.floor(field.y / PITCH) - 2;
  const columns = Math.ceil(field.width / PITCH) + 6;
  const rows = Math.ceil(field.height / PITCH) + 6;
  const xs = new Float64Array(columns * rows);
  const ys = new Float64Array(columns * rows);
  const nuclei: Nucleus[] = [];
  for (let j = 0, cell = 0; j < rows; j++)
    for (let i = 0; i < columns; i++, cell++) {
      const random = Random.from(seed, 'fat', i + firstColumn, j + firstRow);
      xs[cell] = (i + firstColumn + 0.5) * PITCH + random.between(-JITTER, JITTER);
      ys[cell] = (j + firstRow + 0.5) * PITCH + random.between(-JITTER, JITTER);
      if (i > 0 && random.uniform() < 0.45) {
        const [dx, dy] = [(xs[cell] ?? 0) - (xs[cell - 1] ?? 0), (ys[cell] ?? 0) - (ys[cell - 1] ?? 0)];
        nuclei.push({
          x: (xs[cell] ?? 0) - dx / 2,
          y: (ys[cell] ?? 0) - dy / 2,
          along: random.between(5, 8),
          across: random.between(1.8, 2.6),
          angle: Math.atan2(dy, dx) + Math.PI / 2,
          density: random.between(0.8, 1.1),
        });
      }
    }
  const distances: [number, number, number] = [0, 0, 0];
  const nearest = (x: number, y: number): [number, number, number] => {
    const column = Math.floor(x / PITCH) - firstColumn;
    const row = Math.floor(y / PITCH) - firstRow;
    let first = Infinity;
    let second = Infinity;
    let third = Infinity;
    for (let j = row - 1; j <= row + 1; j++)
      for (let i = column - 1; i <= column + 1; i++) {
        const dx = x - (xs[j * columns + i] as number);
        const dy = y - (ys[j * columns + i] as number);
        const squared = dx * dx + dy * dy;
        if (squared >= third) continue;
        third = squared < second ? second : squared;
        if (squared >= second) continue;
        second = squared < first ? first : squared;
        if (squared < first) first = squared;
      }
    distances[0] = Math.sqrt(first);
    distances[1] = Math.sqrt(second);
    distances[2] = Math.sqrt(third);
    return distances;
  };
  return { nearest, nuclei };
}
