import { IGNORE_LABEL } from '../../contract/values/labelledImage.ts';
import type { PixelConfusion } from './meanIou.ts';

/** An image in the top left corner of a padded square. */
export interface Placement {
  /** Side of the square, in pixels. */
  readonly side: number;
  readonly width: number;
  readonly height: number;
}

/** The most probable class of each pixel of the image, [height, width]; the first of equal ones. @param logits [classes, side, side] */
export function predictedClasses(
  logits: Float32Array,
  classes: number,
  { side, width, height }: Placement,
): Uint8Array {
  const predicted = new Uint8Array(width * height);
  const best = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const row = predicted.subarray(y * width, (y + 1) * width);
    best.fill(-Infinity);
    for (let c = 0; c < classes; c++) {
      const start = (c * side + y) * side;
      for (let x = 0; x < width; x++) {
        const value = logits[start + x] ?? 0;
        if (value > (best[x] ?? 0)) {
          best[x] = value;
          row[x] = c;
        }
      }
    }
  }
  return predicted;
}

/**
 * Adds an image's pixels to `confusion` [classes, classes]; those that are to be ignored count nowhere.
 * @param mask [side, side], class indices
 * @returns sum of −log softmax(logits)[truth] over the pixels that count, and their number
 */
export function countPixels(
  logits: Float32Array,
  mask: Int32Array,
  predicted: Uint8Array,
  classes: number,
  { side, width, height }: Placement,
  confusion: PixelConfusion,
): { loss: number; pixels: number } {
  const plane = side * side;
  let [loss, pixels] = [0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * side + x;
      const truth = mask[at] ?? IGNORE_LABEL;
      if (truth === IGNORE_LABEL) continue;
      const guess = predicted[y * width + x] ?? 0;
      const cell = truth * classes + guess;
      confusion[cell] = (confusion[cell] ?? 0) + 1;
      const largest = logits[guess * plane + at] ?? 0;
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += Math.exp((logits[c * plane + at] ?? 0) - largest);
      loss += Math.log(sum) + largest - (logits[truth * plane + at] ?? 0);
      pixels++;
    }
  return { loss, pixels };
}
