import type { ColourJitter } from './draw.ts';
import type { Frame } from './frame.ts';

/**
 * torchvision's ColorJitter on float images (`torchvision.transforms.functional`: adjust_brightness, adjust_contrast,
 * adjust_saturation, adjust_hue), on a frame's planes. Every step clamps to 0–1.
 *
 * The hue is shifted in HSV space. Value and chroma stay, so only the position on the colour hexagon is computed anew: with a hue h
 * of 0–6, channels are `min + chroma * clamp(…)` of |h - 3| - 1 (red), 2 - |h - 2| (green), 2 - |h - 4| (blue).
 */
export function jitterColour(frame: Frame, jitter: ColourJitter): void {
  for (const { step, amount } of jitter) {
    if (step === 'brightness') frame.blend(amount, 0);
    else if (step === 'contrast') frame.blend(amount, (1 - amount) * frame.meanGrey());
    else if (step === 'saturation') frame.saturate(amount);
    else frame.turnHue(6 * (amount - Math.floor(amount)));
  }
}
