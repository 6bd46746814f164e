import { Random } from '../../base/random.ts';
import { Noise } from './noise.ts';
import type { Plane, StainField } from './stainField.ts';
import { paintAdipose } from './tissues/adipose.ts';
import { paintGlandular } from './tissues/glandular.ts';
import { paintLymphoid } from './tissues/lymphoid.ts';
import { paintMucin } from './tissues/mucin.ts';
import { paintStroma } from './tissues/stroma.ts';

/** A kind of tissue and how to paint it over a window. */
export interface Tissue {
  readonly name: string;
  paint(field: StainField, plane: Plane): void;
}

/** The classes of the synthetic dataset, sorted by name as an import would. */
export const TISSUES: readonly Tissue[] = [
  { name: 'adipose', paint: paintAdipose },
  { name: 'glandular', paint: paintGlandular },
  { name: 'lymphoid', paint: paintLymphoid },
  { name: 'mucin', paint: paintMucin },
  { name: 'stroma', paint: paintStroma },
];

/** The scale at which all of it is drawn. */
export const SYNTHETIC_MPP = 0.5;

export function createPlane(seed: number, ...purpose: (string | number)[]): Plane {
  const random = Random.from(seed, 'plane', ...purpose);
  return { seed: random.integer(2 ** 31), noise: new Noise(random) };
}
