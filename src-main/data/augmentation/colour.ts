import type { ColourJitter } from './draw.ts';

/**
 * torchvision's ColorJitter on float images (`torchvision.transforms.functional`: adjust_brightness, adjust_contrast,
 * adjust_saturation, adjust_hue), in place. Every step clamps to 0–1.
 * @param planes [3, pixels], 0–1
 */
export function jitterColour(planes: Float32Array, jitter: ColourJitter): void {
  const pixels = planes.length / 3;
  const red = planes.subarray(0, pixels);
  const green = planes.subarray(pixels, 2 * pixels);
  const blue = planes.subarray(2 * pixels);
  for (const { step, amount } of jitter) {
    if (step === 'brightness') blendWith(planes, 0, amount);
    else if (step === 'contrast') blendWith(planes, meanGrey(red, green, blue), amount);
    else if (step === 'saturation') saturate(red, green, blue, amount);
    else turnHue(red, green, blue, amount);
  }
}

function blendWith(values: Float32Array, other: number, factor: number): void {
  const offset = (1 - factor) * other;
  for (let i = 0; i < values.length; i++) {
    const value = factor * (values[i] as number) + offset;
    values[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
}

/** ITU-R 601 luma with torchvision's rounded weights. */
const [LUMA_RED, LUMA_GREEN, LUMA_BLUE] = [0.2989, 0.587, 0.114];

function meanGrey(red: Float32Array, green: Float32Array, blue: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < red.length; i++)
    sum +=
      LUMA_RED * (red[i] as number) + LUMA_GREEN * (green[i] as number) + LUMA_BLUE * (blue[i] as number);
  return sum / red.length;
}

function saturate(red: Float32Array, green: Float32Array, blue: Float32Array, factor: number): void {
  for (let i = 0; i < red.length; i++) {
    const r = red[i] as number;
    const g = green[i] as number;
    const b = blue[i] as number;
    const grey = (1 - factor) * (LUMA_RED * r + LUMA_GREEN * g + LUMA_BLUE * b);
    red[i] = clamp(factor * r + grey);
    green[i] = clamp(factor * g + grey);
    blue[i] = clamp(factor * b + grey);
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/**
 * Shifts the hue by `turns` in HSV space. Value and chroma stay, so only the position on the colour hexagon is computed anew:
 * with a hue h of 0–6, channels are `min + chroma * clamp(…)` of |h - 3| - 1 (red), 2 - |h - 2| (green), 2 - |h - 4| (blue). Everything
 * here is multiplied by the chroma, which saves a division per pixel.
 */
function turnHue(red: Float32Array, green: Float32Array, blue: Float32Array, turns: number): void {
  const shift = 6 * (turns - Math.floor(turns));
  for (let i = 0; i < red.length; i++) {
    const r = red[i] as number;
    const g = green[i] as number;
    const b = blue[i] as number;
    const max = r > g ? (r > b ? r : b) : g > b ? g : b;
    const min = r < g ? (r < b ? r : b) : g < b ? g : b;
    const chroma = max - min;
    const whole = 6 * chroma;
    let hue = max === r ? g - b : max === g ? b - r + 2 * chroma : r - g + 4 * chroma;
    hue += shift * chroma;
    if (hue < 0) hue += whole;
    else if (hue >= whole) hue -= whole;
    red[i] = min + within(Math.abs(hue - 3 * chroma) - chroma, chroma);
    green[i] = min + within(2 * chroma - Math.abs(hue - 2 * chroma), chroma);
    blue[i] = min + within(2 * chroma - Math.abs(hue - 4 * chroma), chroma);
  }
}

function within(value: number, limit: number): number {
  return value < 0 ? 0 : value > limit ? limit : value;
}
