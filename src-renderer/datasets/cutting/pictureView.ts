import type { CuttingPreview } from '../../../src-main/contract/values/annotations.ts';

export type CuttingPicture = NonNullable<CuttingPreview['picture']>;

/** Where the slide lies in the picture: picture = origin + level-0 position * scale, in CSS pixels. */
export interface PictureView {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** The slide as large as it fits, in the middle. */
export function fitted(
  slide: Pick<CuttingPicture, 'width' | 'height'>,
  room: { readonly width: number; readonly height: number },
): PictureView {
  const scale = Math.min(room.width / slide.width, room.height / slide.height);
  return {
    x: (room.width - slide.width * scale) / 2,
    y: (room.height - slide.height * scale) / 2,
    scale,
  };
}

/** The kept patch at a level-0 position, by its number; of several the last, which is drawn above the others. Null: none. */
export function patchAt(
  { corners, side }: Pick<CuttingPicture, 'corners' | 'side'>,
  { x, y }: { readonly x: number; readonly y: number },
): number | null {
  for (let at = corners.length - 2; at >= 0; at -= 2) {
    const [right, down] = [x - (corners[at] ?? 0), y - (corners[at + 1] ?? 0)];
    if (right >= 0 && right < side && down >= 0 && down < side) return at / 2;
  }
  return null;
}
