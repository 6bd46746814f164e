/** Anchors of matplotlib's viridis, which is perceptually uniform and safe for the colour-blind, at 0, 1/8 … 1. */
// prettier-ignore
const VIRIDIS: readonly (readonly [number, number, number])[] = [
  [68, 1, 84], [71, 45, 123], [59, 82, 139], [44, 114, 142], [33, 145, 140], [40, 174, 128], [94, 201, 98], [173, 220, 48],
  [253, 231, 37],
];

/** The colour of a score between 0 and 1 as [red, green, blue]. */
export function viridis(score: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, score)) * (VIRIDIS.length - 1);
  const low = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const mix = (channel: 0 | 1 | 2) => {
    const [from, to] = [VIRIDIS[low]?.[channel] ?? 0, VIRIDIS[low + 1]?.[channel] ?? 0];
    return Math.round(from + (to - from) * (at - low));
  };
  return [mix(0), mix(1), mix(2)];
}
