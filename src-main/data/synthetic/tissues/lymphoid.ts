import { smoothstep } from '../noise.ts';
import { forEachCell, paintEllipse, type Plane, type StainField } from '../stainField.ts';

/** Sheets of small round dark nuclei with little cytoplasm, paler and larger in germinal centres. */
export function paintLymphoid(field: StainField, plane: Plane): void {
  const { noise } = plane;
  const { width, height, haematoxylin, eosin } = field;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const grain = noise.at((x + field.x) * 0.16, (y + field.y) * 0.16);
      eosin[i] = 0.24 + 0.12 * grain;
      haematoxylin[i] = 0.15 + 0.06 * grain;
    }
  forEachCell(field, plane, 'lymphocyte', 12.2, 14, (cellX, cellY, random) => {
    const [x, y] = [cellX + random.between(-4.4, 4.4), cellY + random.between(-4.4, 4.4)];
    const centre = smoothstep(0.25, 0.5, noise.at(x * 0.0035 + 11, y * 0.0035 + 5));
    if (random.uniform() > 0.95 - 0.3 * centre) return;
    const radius = random.between(4.3, 5.6) + 1.3 * centre;
    paintEllipse(
      field,
      {
        x,
        y,
        along: radius * random.between(1, 1.16),
        across: radius * random.between(0.88, 1),
        angle: random.between(0, Math.PI),
        haematoxylin: random.between(0.95, 1.45) - 0.4 * centre,
        eosin: 0.2,
        mottle: 0.4,
        rim: 0.12,
      },
      noise,
    );
  });
}
