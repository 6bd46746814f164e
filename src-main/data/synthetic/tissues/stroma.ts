import { smoothstep } from '../noise.ts';
import { forEachCell, paintEllipse, type Plane, type StainField } from '../stainField.ts';
import { Fibres } from './fibres.ts';

/** Wavy bundles of collagen with clefts and the slender nuclei of fibroblasts. */
export function paintStroma(field: StainField, plane: Plane): void {
  const fibres = new Fibres(plane);
  const { width, height, haematoxylin, eosin } = field;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const strand = fibres.at(x + field.x, y + field.y);
      const cleft = smoothstep(-0.3, -0.62, strand);
      eosin[i] = (0.5 + 0.34 * strand) * (1 - 0.85 * cleft) + 0.02;
      haematoxylin[i] = 0.06 * (1 - cleft);
    }
  forEachCell(field, plane, 'fibroblast', 30, 26, (cellX, cellY, random) => {
    const [x, y] = [cellX + random.between(-11, 11), cellY + random.between(-11, 11)];
    if (random.uniform() > 0.62) return;
    paintEllipse(
      field,
      {
        x,
        y,
        along: random.between(6.5, 12),
        across: random.between(1.7, 2.9),
        angle: fibres.angleAt(x, y) + random.between(-0.2, 0.2),
        haematoxylin: random.between(0.75, 1.15),
        eosin: 0.3,
        mottle: 0.25,
      },
      plane.noise,
    );
  });
}
