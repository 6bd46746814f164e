import type { Normalisation } from '../augmentation/augment.ts';
import { IGNORE_LABEL } from '../../contract/values/labelledImage.ts';
import type { View } from './view.ts';

/** An image at its own size; both arrays row by row. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly rgb: Uint8Array;
  /** [height, width] class indices; null: there is none. */
  readonly mask: Uint8Array | null;
}

/**
 * Where the outputs of one axis come from: pixel centres map to pixel centres (as Pillow and PyTorch's `align_corners=False`); beyond the
 * outermost centres the border is repeated.
 */
interface Axis {
  /** Outputs that lie inside the image; the rest is padding. */
  readonly inside: number;
  /** The pixels before and after the place, and the share of the latter. */
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly share: Float32Array;
  /** The pixel that covers the place. */
  readonly nearest: Int32Array;
}

function axis(source: number, scaled: number, offset: number, size: number, mirrored: boolean): Axis {
  const inside = Math.min(size, scaled - offset);
  const [before, after, nearest] = [new Int32Array(inside), new Int32Array(inside), new Int32Array(inside)];
  const share = new Float32Array(inside);
  const last = source - 1;
  for (let i = 0; i < inside; i++) {
    const at = mirrored ? scaled - 1 - (offset + i) : offset + i;
    const edge = ((at + 0.5) * source) / scaled;
    const centre = Math.min(last, Math.max(0, edge - 0.5));
    before[i] = Math.floor(centre);
    after[i] = Math.min(last, Math.floor(centre) + 1);
    share[i] = centre - Math.floor(centre);
    nearest[i] = Math.min(last, Math.floor(edge));
  }
  return { inside, before, after, share, nearest };
}

/**
 * Draws one view of an image: bilinear (without smoothing where it shrinks, as the public trainers do), the mask by its nearest pixel.
 * @param planes receives [3, size, size], normalised; must be zero, which stays as the padding
 * @param labels receives [size, size]; must hold `IGNORE_LABEL`, which stays as the padding; null: no mask wanted
 */
export function renderView(
  image: DecodedImage,
  view: View,
  size: number,
  { mean, std }: Normalisation,
  planes: Float32Array,
  labels: Int32Array | null,
): void {
  const across = axis(image.width, view.width, view.left, size, view.mirrored);
  const down = axis(image.height, view.height, view.top, size, false);
  const { rgb } = image;
  const plane = size * size;
  const row = image.width * 3;
  for (let channel = 0; channel < 3; channel++) {
    const scale = 1 / (255 * (std[channel] ?? 1));
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1);
    for (let y = 0; y < down.inside; y++) {
      const upper = (down.before[y] as number) * row + channel;
      const lower = (down.after[y] as number) * row + channel;
      const fy = down.share[y] as number;
      const out = channel * plane + y * size;
      for (let x = 0; x < across.inside; x++) {
        const left = (across.before[x] as number) * 3;
        const right = (across.after[x] as number) * 3;
        const fx = across.share[x] as number;
        const above = (rgb[upper + left] as number) * (1 - fx) + (rgb[upper + right] as number) * fx;
        const below = (rgb[lower + left] as number) * (1 - fx) + (rgb[lower + right] as number) * fx;
        planes[out + x] = (above + (below - above) * fy) * scale - shift;
      }
    }
  }
  if (labels && image.mask) copyNearest(image.mask, image.width, across, down, size, labels);
}

function copyNearest(
  mask: Uint8Array,
  width: number,
  across: Axis,
  down: Axis,
  size: number,
  labels: Int32Array,
): void {
  for (let y = 0; y < down.inside; y++) {
    const row = (down.nearest[y] as number) * width;
    for (let x = 0; x < across.inside; x++)
      labels[y * size + x] = mask[row + (across.nearest[x] as number)] ?? IGNORE_LABEL;
  }
}
