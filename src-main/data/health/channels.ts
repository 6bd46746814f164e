import type { DatasetHealth } from '../../contract/values/health.ts';
import type { Rgb } from '../rgb.ts';

/** Mean and standard deviation of each channel over all pixels that were added; every pixel counts the same. */
export class ChannelSums {
  readonly #sums = [0, 0, 0];
  readonly #squares = [0, 0, 0];
  #pixels = 0;

  /** Whole numbers throughout, so that the order of images does not matter (up to 10^11 pixels). */
  add({ data, width, height }: Rgb): void {
    let [r, g, b, rr, gg, bb] = [0, 0, 0, 0, 0, 0];
    for (let at = 0; at < data.length; at += 3) {
      const red = data[at]!;
      const green = data[at + 1]!;
      const blue = data[at + 2]!;
      r += red;
      g += green;
      b += blue;
      rr += red * red;
      gg += green * green;
      bb += blue * blue;
    }
    for (const [channel, sum] of [r, g, b].entries()) this.#sums[channel]! += sum;
    for (const [channel, sum] of [rr, gg, bb].entries()) this.#squares[channel]! += sum;
    this.#pixels += width * height;
  }

  /** On values 0–1; the standard deviation divides by the number of pixels. */
  result(): DatasetHealth['channels'] {
    const n = this.#pixels;
    if (n === 0) return null;
    const mean = this.#sums.map((sum) => sum / n / 255);
    const std = this.#squares.map((sum, i) =>
      Math.sqrt(Math.max(0, sum / n / 255 ** 2 - (mean[i] ?? 0) ** 2)),
    );
    return { mean, std, pixels: n };
  }
}
