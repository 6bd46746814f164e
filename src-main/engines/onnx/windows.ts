import type { ImageShape, Window } from '../../graph/shape.ts';

/** Where a sliding window meets its input; pixels are numbered row by row within one image. */
export interface WindowGeometry {
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly window: Window;
}

/** A table of pixel numbers, row-major. */
export interface PixelTable {
  readonly pixels: readonly number[];
  readonly columns: number;
}

/**
 * For each output pixel the kernel² input pixels that its window covers. Taps in the padding name one past the last input
 * pixel, where the caller puts zeros.
 */
export function windowPixels(geometry: WindowGeometry): PixelTable {
  const { input, output, window } = geometry;
  const columns = window.kernel ** 2;
  const pixels = new Array<number>(output.height * output.width * columns).fill(input.height * input.width);
  forEachMeeting(geometry, (outputPixel, tap, inputPixel) => {
    pixels[outputPixel * columns + tap] = inputPixel;
  });
  return { pixels, columns };
}

/** The same seen from the input: for each input pixel and tap the output pixel that reads it there, or one past the last. */
export function readingPixels(geometry: WindowGeometry): PixelTable {
  const { input, output, window } = geometry;
  const columns = window.kernel ** 2;
  const pixels = new Array<number>(input.height * input.width * columns).fill(output.height * output.width);
  forEachMeeting(geometry, (outputPixel, tap, inputPixel) => {
    pixels[inputPixel * columns + tap] = outputPixel;
  });
  return { pixels, columns };
}

/**
 * For each input pixel the places `outputPixel · kernel² + tap` that read it, as many columns as the most-read pixel needs;
 * one past the last place fills the rest.
 */
export function readingPlaces(geometry: WindowGeometry): PixelTable {
  const { input, output, window } = geometry;
  const taps = window.kernel ** 2;
  const places = Array.from({ length: input.height * input.width }, (): number[] => []);
  forEachMeeting(geometry, (outputPixel, tap, inputPixel) => {
    places[inputPixel]?.push(outputPixel * taps + tap);
  });
  const columns = Math.max(...places.map((list) => list.length));
  const nowhere = output.height * output.width * taps;
  const pixels = places.flatMap((list) => [
    ...list,
    ...new Array<number>(columns - list.length).fill(nowhere),
  ]);
  return { pixels, columns };
}

/** Calls `visit` for every pair of an output pixel and a tap that falls on an input pixel. */
function forEachMeeting(
  { input, output, window }: WindowGeometry,
  visit: (outputPixel: number, tap: number, inputPixel: number) => void,
): void {
  const { kernel, stride, padding, dilation } = window;
  for (let oy = 0; oy < output.height; oy++)
    for (let ox = 0; ox < output.width; ox++)
      for (let ky = 0; ky < kernel; ky++)
        for (let kx = 0; kx < kernel; kx++) {
          const y = oy * stride - padding + ky * dilation;
          const x = ox * stride - padding + kx * dilation;
          if (y < 0 || x < 0 || y >= input.height || x >= input.width) continue;
          visit(oy * output.width + ox, ky * kernel + kx, y * input.width + x);
        }
}
