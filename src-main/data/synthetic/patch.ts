import type { Random } from '../../base/random.ts';
import type { Rgb } from '../rgb.ts';
import { develop, drawStain } from './stain.ts';
import { stainField, type Plane } from './stainField.ts';
import { TISSUES } from './tissues.ts';

/** The planes are endless; patches are cut from this much of them. */
const EXTENT = 200_000;

/**
 * A patch of one class: a window somewhere on the plane, stained by a laboratory of its own.
 * @param random decides place and staining
 */
export function renderPatch(classIndex: number, side: number, plane: Plane, random: Random): Rgb {
  const field = stainField(random.integer(EXTENT), random.integer(EXTENT), side, side);
  TISSUES[classIndex]?.paint(field, plane);
  const data = new Uint8Array(side * side * 3);
  develop(field, drawStain(random), data, 0, side * 3);
  return { data, width: side, height: side };
}
