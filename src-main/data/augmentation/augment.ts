import type { Augmentation } from '../../contract/values/run.ts';
import { jitterColour } from './colour.ts';
import { drawAugmentation } from './draw.ts';
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
  normalisation: Normalisation,
  planes: Float32Array,
): void {
  if (augment) {
    const draw = drawAugmentation(augment.settings, augment.seed);
    resample(rgb, side, draw.affine, planes);
    jitterColour(planes, draw.colour);
  } else toPlanes(rgb, planes);
  normalise(planes, normalisation);
}

/** Interleaved bytes → planes of 0–1. */
function toPlanes(rgb: Uint8Array, planes: Float32Array): void {
  const pixels = rgb.length / 3;
  for (let i = 0, p = 0; i < pixels; i++, p += 3) {
    planes[i] = (rgb[p] as number) / 255;
    planes[i + pixels] = (rgb[p + 1] as number) / 255;
    planes[i + 2 * pixels] = (rgb[p + 2] as number) / 255;
  }
}

/** `(value - mean) / std` per channel, in place. @param planes [3, pixels] */
function normalise(planes: Float32Array, { mean, std }: Normalisation): void {
  const pixels = planes.length / 3;
  mean.forEach((channelMean, channel) => {
    const scale = 1 / (std[channel] ?? 1);
    for (let i = channel * pixels; i < (channel + 1) * pixels; i++)
      planes[i] = ((planes[i] as number) - channelMean) * scale;
  });
}
