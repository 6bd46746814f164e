/** DeepLab's features lie on every eighth pixel, corners included. */
const GRID = 8;

/** Side of the square in which each of the images fits at its own scale: the next multiple of 8, plus 1. */
export function validationSide(
  images: readonly { readonly width: number; readonly height: number }[],
): number {
  const largest = images.reduce((side, { width, height }) => Math.max(side, width, height), 1);
  return Math.ceil((largest - 1) / GRID) * GRID + 1;
}
