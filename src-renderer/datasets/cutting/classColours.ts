import { classColour } from '../../../src-main/contract/palette.ts';
import type { CuttingPreview } from '../../../src-main/contract/values/annotations.ts';

/**
 * The colour of an annotated class by its position, the same that it will have in the dataset: classes without patches will not be among the
 * dataset's, so they come after the others.
 */
export function coloursOf(
  classes: readonly Pick<CuttingPreview['classes'][number], 'patches'>[],
): (index: number) => string {
  const positions = classes.map((_, index) => index);
  const hasPatches = (index: number) => (classes[index]?.patches ?? 0) > 0;
  const order = [...positions.filter(hasPatches), ...positions.filter((index) => !hasPatches(index))];
  return (index) => classColour(order.indexOf(index));
}
