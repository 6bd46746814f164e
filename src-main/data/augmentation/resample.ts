import type { Affine } from './draw.ts';
import type { Frame } from './frame.ts';

/**
 * Resamples a frame's bytes through an affine map into its planes, bilinearly; beyond the border the image is mirrored about its
 * outermost pixels (PyTorch's "reflect").
 */
export function resample(frame: Frame, { a, b, c, d, tx, ty }: Affine): void {
  const centre = (frame.side - 1) / 2;
  frame.resample(centre + tx - (a + b) * centre, centre + ty - (c + d) * centre, a, b, c, d);
}
