import type { Affine } from './draw.ts';

/**
 * Resamples a square image through an affine map, bilinearly; beyond the border the image is mirrored about its outermost
 * pixels (PyTorch's "reflect").
 * @param rgb interleaved bytes [side, side, 3]
 * @param planes receives [3, side, side], 0–1
 */
export function resample(rgb: Uint8Array, side: number, affine: Affine, planes: Float32Array): void {
  const { a, b, c, d } = affine;
  const centre = (side - 1) / 2;
  const plane = side * side;
  const last = side - 1;
  const row = side * 3;
  const scale = 1 / 255;
  let out = 0;
  for (let y = 0; y < side; y++) {
    const rowX = centre + affine.tx + b * (y - centre) - a * centre;
    const rowY = centre + affine.ty + d * (y - centre) - c * centre;
    for (let x = 0; x < side; x++, out++) {
      let sx = rowX + a * x;
      let sy = rowY + c * x;
      if (!(sx >= 0 && sx <= last)) sx = reflect(sx, last);
      if (!(sy >= 0 && sy <= last)) sy = reflect(sy, last);
      const x0 = sx | 0;
      const y0 = sy | 0;
      const fx = sx - x0;
      const fy = sy - y0;
      const at = y0 * row + x0 * 3;
      const right = x0 < last ? 3 : 0;
      const below = y0 < last ? row : 0;
      const w11 = fx * fy * scale;
      const w10 = fy * scale - w11; // below, left
      const w01 = fx * scale - w11; // above, right
      const w00 = scale - w01 - w10 - w11;
      for (let channel = 0; channel < 3; channel++) {
        const p = at + channel;
        planes[out + channel * plane] =
          w00 * (rgb[p] as number) +
          w01 * (rgb[p + right] as number) +
          w10 * (rgb[p + below] as number) +
          w11 * (rgb[p + below + right] as number);
      }
    }
  }
}

/** Mirrors a coordinate into 0 … last about the first and the last pixel's centres. */
export function reflect(position: number, last: number): number {
  if (last === 0) return 0;
  const period = 2 * last;
  const wrapped = ((position % period) + period) % period;
  return wrapped > last ? period - wrapped : wrapped;
}
