import { classColour } from '../../src-main/contract/palette.ts';

/* Runs wear those class colours that stand out as thin lines on the ground of the theme, the clearest first. */
const ON_LIGHT = [0, 5, 2, 3, 1, 4];
const ON_DARK = [4, 1, 2, 3, 5, 0];

/** The colour of the i-th compared run. */
export function runColour(index: number, dark: boolean): string {
  const order = dark ? ON_DARK : ON_LIGHT;
  return classColour(order[index % order.length] ?? 0);
}
