import type { Random } from '../../base/random.ts';
import type { StainField } from './stainField.ts';

type Triple = readonly [number, number, number];

/** How a slide was stained and photographed. */
export interface Stain {
  /** Optical density per channel (RGB) at density 1. */
  readonly haematoxylin: Triple;
  readonly eosin: Triple;
  /** Colour of the glass, 0–255. */
  readonly white: Triple;
}

/** The reference vectors of Macenko et al. 2009 (as in their public code). */
const HAEMATOXYLIN: Triple = [0.5626, 0.7201, 0.4062];
const EOSIN: Triple = [0.2159, 0.8012, 0.5581];

/** The staining of the synthetic slide: the usual one. */
export const REFERENCE_STAIN: Stain = {
  haematoxylin: scaled(HAEMATOXYLIN, 1.25),
  eosin: EOSIN,
  white: [244, 243, 245],
};

/** Another laboratory's staining: strengths, hues and white balance vary, so that colour alone tells little. */
export function drawStain(random: Random): Stain {
  const vary = (vector: Triple) => map(vector, (value) => value * random.between(0.86, 1.14));
  const brightness = random.between(226, 247);
  return {
    haematoxylin: scaled(vary(HAEMATOXYLIN), 1.25 * random.between(0.6, 1.3)),
    eosin: scaled(vary(EOSIN), random.between(0.5, 1.7)),
    white: map([0, 0, 0], () => brightness + random.between(-5, 5)),
  };
}

function map(vector: Triple, change: (value: number) => number): Triple {
  return [change(vector[0]), change(vector[1]), change(vector[2])];
}

function scaled(vector: Triple, factor: number): Triple {
  return map(vector, (value) => value * factor);
}

const STEPS_PER_UNIT = 512;
/** exp(-density), beyond the densities that occur. */
const transmission = Float32Array.from({ length: 10 * STEPS_PER_UNIT }, (_, i) =>
  Math.exp(-i / STEPS_PER_UNIT),
);

/**
 * The colours of a stained field by Beer & Lambert's law.
 * @param rgb receives interleaved bytes; row `y` of the field begins at `offset + y * rowBytes`
 */
export function develop(
  field: StainField,
  stain: Stain,
  rgb: Uint8Array,
  offset: number,
  rowBytes: number,
): void {
  for (let channel = 0; channel < 3; channel++) {
    const h = (stain.haematoxylin[channel] as number) * STEPS_PER_UNIT;
    const e = (stain.eosin[channel] as number) * STEPS_PER_UNIT;
    const white = stain.white[channel] as number;
    for (let y = 0, i = 0; y < field.height; y++)
      for (let x = 0, at = offset + y * rowBytes + channel; x < field.width; x++, i++, at += 3) {
        const density = (field.haematoxylin[i] as number) * h + (field.eosin[i] as number) * e;
        rgb[at] = white * (transmission[density | 0] as number) + 0.5;
      }
  }
}
