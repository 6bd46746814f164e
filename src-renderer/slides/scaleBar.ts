/** A scale bar: a round length, how long it is on the screen, and its label. */
export interface ScaleBar {
  readonly pixels: number;
  readonly label: string;
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten that fits.
 * @param micronsPerScreenPixel at the present zoom
 * @param most screen pixels that the bar may be long
 */
export function scaleBar(micronsPerScreenPixel: number, most: number): ScaleBar {
  const longest = micronsPerScreenPixel * most;
  const power = 10 ** Math.floor(Math.log10(longest));
  const length = ([5, 2, 1].find((factor) => factor * power <= longest) ?? 1) * power;
  // Rounded, since 5 * 10 ** -1 and the like are not exact in binary.
  const shown = Number((length >= 1000 ? length / 1000 : length).toPrecision(1));
  return { pixels: length / micronsPerScreenPixel, label: `${shown} ${length >= 1000 ? 'mm' : 'µm'}` };
}
