import type { PatchPlace } from '../../src-main/contract/values/annotations.ts';

/** The part of a slide's address that points at a square of level-0 pixels: "/slides/2?x=100&y=200&side=448". */
export const placeQuery = ({ x, y, side }: PatchPlace): string => `x=${x}&y=${y}&side=${side}`;

/** The square that a slide's address points at; null: none. */
export function placeIn({
  x,
  y,
  side,
}: Readonly<Record<string, string>>): { x: number; y: number; size: number } | null {
  const [left, top, size] = [Number(x ?? NaN), Number(y ?? NaN), Number(side ?? NaN)];
  return Number.isFinite(left) && Number.isFinite(top) && size > 0 ? { x: left, y: top, size } : null;
}
