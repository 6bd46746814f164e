import type { CuttingPicture, PictureView } from './pictureView.ts';

/** Below this many CSS pixels a square's own border would hide what it holds. */
const LEAST_SIDE_WITH_BORDER = 5;

/** Reads on bright glass, and is no class's. */
const CROSSED_OUT = '#5a5a5a';

/**
 * Paints the slide, what is left out as glass, the kept patches and the annotations' outlines, in this order.
 * @param thumbnail null: not decoded yet
 */
export function drawPicture(
  canvas: HTMLCanvasElement,
  picture: CuttingPicture,
  view: PictureView,
  colour: (classIndex: number) => string,
  thumbnail: CanvasImageSource | null,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  canvas.width = Math.round(canvas.clientWidth * devicePixelRatio); // also clears it
  canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
  context.scale(devicePixelRatio, devicePixelRatio);
  const { x, y, scale } = view;
  if (thumbnail) context.drawImage(thumbnail, x, y, picture.width * scale, picture.height * scale);
  crossOut(context, picture, view);
  drawPatches(context, picture, view, colour);
  drawOutlines(context, picture, view, colour);
}

/** Small squares are only shaded: their crosses would run together. */
function crossOut(
  context: CanvasRenderingContext2D,
  { glass, side }: CuttingPicture,
  { x, y, scale }: PictureView,
): void {
  const [squares, crosses] = [new Path2D(), new Path2D()];
  const shown = side * scale;
  for (let at = 0; at + 1 < glass.length; at += 2) {
    const [left, top] = [x + (glass[at] ?? 0) * scale, y + (glass[at + 1] ?? 0) * scale];
    squares.rect(left, top, shown, shown);
    crosses.moveTo(left, top);
    crosses.lineTo(left + shown, top + shown);
    crosses.moveTo(left + shown, top);
    crosses.lineTo(left, top + shown);
  }
  context.lineWidth = 1;
  context.fillStyle = context.strokeStyle = CROSSED_OUT;
  context.globalAlpha = 0.15;
  context.fill(squares);
  context.globalAlpha = 0.6;
  if (shown >= LEAST_SIDE_WITH_BORDER) context.stroke(crosses);
  context.globalAlpha = 1;
}

/** One path per class: thousands of squares are painted in a few strokes. */
function drawPatches(
  context: CanvasRenderingContext2D,
  { corners, classIndices, side }: CuttingPicture,
  { x, y, scale }: PictureView,
  colour: (classIndex: number) => string,
): void {
  const paths = new Map<number, Path2D>();
  const shown = side * scale;
  for (const [patch, classIndex] of classIndices.entries()) {
    const path = paths.get(classIndex) ?? new Path2D();
    const [left, top] = [corners[2 * patch] ?? 0, corners[2 * patch + 1] ?? 0];
    path.rect(x + left * scale, y + top * scale, shown, shown);
    paths.set(classIndex, path);
  }
  context.lineWidth = 1;
  for (const [classIndex, path] of paths) {
    context.fillStyle = context.strokeStyle = colour(classIndex);
    context.globalAlpha = 0.22;
    context.fill(path);
    context.globalAlpha = 0.9;
    if (shown >= LEAST_SIDE_WITH_BORDER) context.stroke(path);
  }
  context.globalAlpha = 1;
}

/** In the class's colour on white, so that it is seen on any stain. */
function drawOutlines(
  context: CanvasRenderingContext2D,
  { outlines }: CuttingPicture,
  { x, y, scale }: PictureView,
  colour: (classIndex: number) => string,
): void {
  context.lineJoin = 'round';
  for (const { classIndex, rings } of outlines) {
    const path = new Path2D();
    for (const ring of rings) {
      for (let at = 0; at + 1 < ring.length; at += 2) {
        const point = [x + (ring[at] ?? 0) * scale, y + (ring[at + 1] ?? 0) * scale] as const;
        if (at === 0) path.moveTo(...point);
        else path.lineTo(...point);
      }
      path.closePath();
    }
    for (const [style, width] of [
      ['#ffffff', 4],
      [colour(classIndex), 2],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.stroke(path);
    }
  }
}
