import { Random } from '../../base/random.ts';
import type { VocAugmentation } from './loading.ts';

/** Which part of an image a square output shows, at which scale. */
export interface View {
  /** Size of the rescaled image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Top left corner of the square in the rescaled (and mirrored) image. */
  readonly left: number;
  readonly top: number;
  readonly mirrored: boolean;
}

/**
 * Draws a training view: rescaled, mirrored, then a random crop, in the order of the public DeepLabV2 trainers. An image smaller than
 * the crop lies in its top left corner, as there.
 */
export function drawView(
  { width, height }: { readonly width: number; readonly height: number },
  size: number,
  settings: VocAugmentation,
  seed: number,
): View {
  const random = Random.from(seed, 'view');
  const factor = random.between(...settings.rescale);
  const mirrored = random.uniform() < 0.5 && settings.flip;
  const scaled = { width: scaledSide(width, factor), height: scaledSide(height, factor) };
  const offset = (side: number) => random.integer(Math.max(0, side - size) + 1);
  return { ...scaled, left: offset(scaled.width), top: offset(scaled.height), mirrored };
}

const scaledSide = (side: number, factor: number): number => Math.max(1, Math.round(side * factor));

/** The whole image at its own scale, in the top left corner. */
export function wholeView({ width, height }: { readonly width: number; readonly height: number }): View {
  return { width, height, left: 0, top: 0, mirrored: false };
}
