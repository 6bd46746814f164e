/**
 * Okabe & Ito's colour-blind-safe set, ordered so that neighbours differ on H&E; then eight that are as far from these and from each
 * other (CIEDE2000, also for protanopes and deuteranopes) as the first are among themselves, apart from the grounds of both themes and
 * from stained tissue: found by a search, held by a test. Class i wears colour i mod 16.
 */
const CLASS_COLOURS = [
  '#0072b2', // blue
  '#e69f00', // orange
  '#009e73', // bluish green
  '#cc79a7', // reddish purple
  '#56b4e9', // sky blue
  '#d55e00', // vermillion
  '#f0e442', // yellow
  '#666666', // grey
  '#661155', // plum
  '#00ffff', // cyan
  '#004433', // dark green
  '#eebbbb', // pale pink
  '#554400', // dark olive
  '#99dd88', // light green
  '#0000dd', // strong blue
  '#bb4444', // brick red
] as const;

/** So many classes are told apart by their colours; then these repeat, and only names tell. */
export const DISTINCT_CLASSES = CLASS_COLOURS.length;

/** The colour of a class as CSS, the same everywhere. */
export function classColour(index: number): string {
  return CLASS_COLOURS[index % CLASS_COLOURS.length] ?? CLASS_COLOURS[0];
}

/** The colour of a class as [red, green, blue], 0–255, as QuPath's GeoJSON wants it. */
export function classRgb(index: number): [number, number, number] {
  const hex = Number.parseInt(classColour(index).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

/**
 * VOC's colour of a mask's index as [red, green, blue], 0–255 (the devkit's `VOClabelcolormap`): the index's bits, three at a time,
 * fill each channel from its highest bit down. Index 0, the background, is black.
 */
export function vocRgb(index: number): [number, number, number] {
  const rgb: [number, number, number] = [0, 0, 0];
  for (let bit = 7, rest = index; rest > 0; bit--, rest >>= 3)
    for (const channel of [0, 1, 2] as const) rgb[channel] |= ((rest >> channel) & 1) << bit;
  return rgb;
}

/** VOC's colour as CSS. */
export function vocColour(index: number): string {
  return `rgb(${vocRgb(index).join(' ')})`;
}
