import type { Augmentation } from '../../contract/values/run.ts';
import { jitterColour } from './colour.ts';
import { drawAugmentation } from './draw.ts';
import { Frame } from './frame.ts';
import { resample } from './resample.ts';

export interface Normalisation {
  /** Per channel (RGB), on values scaled to 0–1. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/**
 * Augments and normalises one image.
 * @param rgb interleaved bytes [side, side, 3]
 * @param augment null: normalise only
 * @param planes receives [3, side, side]
 */
export function augmentImage(
  rgb: Uint8Array,
  side: number,
  augment: { readonly settings: Augmentation; readonly seed: number } | null,
  { mean, std }: Normalisation,
  planes: Float32Array,
): void {
  const frame = new Frame(side).setBytes(rgb);
  if (augment) {
    const draw = drawAugmentation(augment.settings, augment.seed);
    resample(frame, draw.affine);
    jitterColour(frame, draw.colour);
  } else frame.toPlanes();
  mean.forEach((channelMean, channel) => frame.normalise(channel, channelMean, 1 / (std[channel] ?? 1)));
  frame.getPlanes(planes);
}
