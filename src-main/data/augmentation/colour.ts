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
    const [r, g, b] = [red[i] as number, green[i] as number, blue[i] as number];
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
 * Shifts the hue by `turns` in HSV space. Value and chroma stay, so only the position on the colour hexagon is computed
 * anew: channel n (5, 3, 1 for R, G, B) is `max - chroma * clamp(min(k, 4 - k), 0, 1)` with k = (n + 6 hue) mod 6.
 */
function turnHue(red: Float32Array, green: Float32Array, blue: Float32Array, turns: number): void {
  const shift = 6 * (turns - Math.floor(turns));
  for (let i = 0; i < red.length; i++) {
    const [r, g, b] = [red[i] as number, green[i] as number, blue[i] as number];
    const max = r > g ? (r > b ? r : b) : g > b ? g : b;
    const min = r < g ? (r < b ? r : b) : g < b ? g : b;
    const chroma = max - min;
    if (chroma === 0) continue;
    const sector = max === r ? (g - b) / chroma + 6 : max === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4;
    const hue = sector + shift;
    red[i] = max - chroma * hexagon(hue + 5);
    green[i] = max - chroma * hexagon(hue + 3);
    blue[i] = max - chroma * hexagon(hue + 1);
  }
}

function hexagon(position: number): number {
  const k = position - 6 * Math.floor(position / 6);
  return clamp(k < 2 ? k : 4 - k);
}
