/** Okabe & Ito's colour-blind-safe set, ordered so that neighbours differ on H&E; class i wears colour i mod 8. */
export const CLASS_COLOURS = [
  '#0072b2', // blue
  '#e69f00', // orange
  '#009e73', // bluish green
  '#cc79a7', // reddish purple
  '#56b4e9', // sky blue
  '#d55e00', // vermillion
  '#f0e442', // yellow
  '#666666', // grey
] as const;

/** The colour of a class as CSS, the same everywhere. */
export function classColour(index: number): string {
  return CLASS_COLOURS[index % CLASS_COLOURS.length] ?? CLASS_COLOURS[0];
}

/** The colour of a class as [red, green, blue], 0–255, as QuPath's GeoJSON wants it. */
export function classRgb(index: number): [number, number, number] {
  const hex = Number.parseInt(classColour(index).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}
