import type { PatchCutting } from '../../contract/values/annotations.ts';

/** The squares that patches may be cut from. */
export interface CuttingGrid {
  readonly columns: number;
  readonly rows: number;
  /** Side of a square, and from one to the next, in level-0 pixels. */
  readonly side: number;
  readonly stride: number;
}

/**
 * Squares of whole level-0 pixels from the slide's origin on, all inside the slide: the same settings give the same squares, whatever was annotated.
 * @param mpp of level 0; null: not known, and then `cutting.mpp` has to be null, too
 */
export function cuttingGrid(
  { width, height }: { readonly width: number; readonly height: number },
  { patchSize, mpp: wanted, overlap }: Pick<PatchCutting, 'patchSize' | 'mpp' | 'overlap'>,
  mpp: number | null,
): CuttingGrid {
  const scale = wanted === null || mpp === null ? 1 : wanted / mpp;
  const side = Math.max(1, Math.round(patchSize * scale));
  const stride = Math.max(1, Math.round(side * (1 - overlap)));
  const squares = (length: number) => (length < side ? 0 : Math.floor((length - side) / stride) + 1);
  return { columns: squares(width), rows: squares(height), side, stride };
}
