import type { PretrainKind } from '../../contract/values/pretraining.ts';

/**
 * What a network of this kind tells apart. A mask's background is a class of its pixels; for a whole image it says nothing, so
 * the multi-label network has one output less: output i is the dataset's class i + 1.
 * @param names the dataset's, background first
 */
export function learntClasses(kind: PretrainKind, names: readonly string[]): string[] {
  return names.slice(kind === 'segmentation' ? 0 : 1);
}
