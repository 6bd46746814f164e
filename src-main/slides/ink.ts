/**
 * Whether a colour is that of a marker pen rather than of a stain, as far as colour tells. Tissue seen at several microns
 * per pixel is paler and less pure than ink.
 */
export function isInk(red: number, green: number, blue: number): boolean {
  const most = Math.max(red, green, blue);
  const chroma = most - Math.min(red, green, blue);
  return (
    green - red > GREEN_OVER_RED ||
    (blue === most && green >= red && chroma > BLUE_PURITY * blue) ||
    (red === most &&
      red > RED.least &&
      chroma > RED.purity * red &&
      Math.abs(blue - green) < RED.hue * chroma) ||
    (most < BLACK.most && chroma < BLACK.chroma)
  );
}

/** Green and blue-green ink. No usual stain leaves so much more green than red. */
const GREEN_OVER_RED = 35;
/** Blue ink. Haematoxylin keeps more red than green; aniline blue and pale counterstains, which do not, are less pure. */
const BLUE_PURITY = 0.65;
/**
 * Red ink is bright and lets next to no green and blue through. Eosin lets more, and leans to purple (its blue exceeds its
 * green); blood so pure is darker.
 */
const RED = { least: 175, purity: 0.75, hue: 0.25 };
/** Black ink, in the seldom case that it has some colour. */
const BLACK = { most: 80, chroma: 30 };
