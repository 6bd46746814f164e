import type { PatchGrid } from '../../src-main/contract/values/slide.ts';

/** Where level 0 lies on the screen: screen = origin + level-0 position * scale, in CSS pixels. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A level-0 square. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export interface OverlayContent {
  /** One pixel per patch. */
  readonly heatMap: { image: HTMLCanvasElement; grid: PatchGrid; opacity: number } | null;
  readonly selected: Square | null;
}

/** Paints the overlay for the present view. Only patches in view are drawn, each a sharp rectangle. */
export function drawOverlay(
  canvas: HTMLCanvasElement,
  view: View,
  { heatMap, selected }: OverlayContent,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * ratio); // also clears it
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);

  if (heatMap) {
    const { image, grid, opacity } = heatMap;
    const cell = grid.stride * view.scale;
    const left = Math.max(0, Math.floor(-view.x / cell));
    const top = Math.max(0, Math.floor(-view.y / cell));
    const columns = Math.min(grid.columns, Math.ceil((width - view.x) / cell)) - left;
    const rows = Math.min(grid.rows, Math.ceil((height - view.y) / cell)) - top;
    if (columns > 0 && rows > 0) {
      context.imageSmoothingEnabled = false;
      context.globalAlpha = opacity;
      const [x, y] = [view.x + left * cell, view.y + top * cell];
      context.drawImage(image, left, top, columns, rows, x, y, columns * cell, rows * cell);
      context.globalAlpha = 1;
    }
  }

  if (selected) {
    const side = selected.size * view.scale;
    const [x, y] = [view.x + selected.x * view.scale, view.y + selected.y * view.scale];
    // White on black, so that it is seen on any tissue and any class's colour.
    for (const [style, line] of [
      ['#000000', 5],
      ['#ffffff', 2],
    ] as const) {
      context.strokeStyle = style;
      context.lineWidth = line;
      context.strokeRect(x, y, side, side);
    }
  }
}
