import { forEachCell, paintEllipse, type Plane, type StainField } from '../stainField.ts';

/** Pools of bluish mucin with wisps, and small clusters of cells afloat in it. */
export function paintMucin(field: StainField, plane: Plane): void {
  const { noise } = plane;
  const { width, height, haematoxylin, eosin } = field;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      // Turned against the axes, since the noise's lattice would show through.
      const px = 0.8 * (x + field.x) + 0.6 * (y + field.y);
      const py = 0.8 * (y + field.y) - 0.6 * (x + field.x);
      const bend = 22 * noise.at(px * 0.013 + 3, py * 0.013 + 71);
      const sheet = noise.at((px + bend) * 0.024, (py - bend) * 0.034);
      const thread = noise.at((px - py + bend) * 0.03 + 40, (px + py - bend) * 0.045 + 9);
      // Zero crossings of the noise are lines; raised to a power they become wisps.
      const wisp = (1 - Math.min(1, Math.abs(sheet) * 2.2)) ** 3;
      const fine = (1 - Math.min(1, Math.abs(thread) * 2.6)) ** 3;
      haematoxylin[i] = 0.13 + 0.05 * thread + 0.24 * wisp + 0.12 * fine;
      eosin[i] = 0.04 + 0.05 * fine;
    }
  forEachCell(field, plane, 'cluster', 104, 75, (cellX, cellY, random) => {
    const [x, y] = [cellX + random.between(-38, 38), cellY + random.between(-38, 38)];
    if (random.uniform() > 0.7) return;
    const cells = 3 + random.integer(6);
    for (let cell = 0; cell < cells; cell++) {
      // A sunflower's arrangement is compact at any number.
      const [distance, angle] = [8.5 * Math.sqrt(cell), cell * 2.4 + random.between(-0.3, 0.3)];
      const [cx, cy] = [x + distance * Math.cos(angle), y + distance * Math.sin(angle)];
      const radius = random.between(7.5, 10);
      paintEllipse(
        field,
        {
          x: cx,
          y: cy,
          along: radius,
          across: radius * 0.9,
          angle,
          haematoxylin: 0.2,
          eosin: 0.42,
          mottle: 0.2,
        },
        noise,
      );
      paintEllipse(
        field,
        {
          x: cx + random.between(-2.5, 2.5),
          y: cy + random.between(-2.5, 2.5),
          along: random.between(4.6, 6),
          across: random.between(3.6, 4.6),
          angle: random.between(0, Math.PI),
          haematoxylin: random.between(0.85, 1.2),
          eosin: 0.2,
          mottle: 0.35,
          rim: 0.15,
        },
        noise,
      );
    }
  });
}
