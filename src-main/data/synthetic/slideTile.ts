import { develop, REFERENCE_STAIN } from './stain.ts';
import { stainField, type Plane, type StainField } from './stainField.ts';
import type { SlidePlan } from './slidePlan.ts';
import { TISSUES } from './tissues.ts';

/** The plan is smooth, so it is asked every so many pixels and interpolated between. */
const STEP = 8;
/** Shares below this are not seen. */
const FAINT = 0.004;

/** The shares of every class at the nodes of a coarse grid over a window. */
interface Shares {
  readonly columns: number;
  /** [class][node] */
  readonly values: readonly Float32Array[];
}

/**
 * Renders a window of the synthetic slide.
 * @param rgb receives interleaved bytes; its row `row` of the window begins at `offset + row * rowBytes`
 */
export function renderSlideTile(
  window: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  plan: SlidePlan,
  plane: Plane,
  rgb: Uint8Array,
  offset: number,
  rowBytes: number,
): void {
  const slide = stainField(window.x, window.y, window.width, window.height);
  const shares = sharesOver(slide, plan);
  shares.values.forEach((values, classIndex) => {
    if (!values.some((value) => value > FAINT)) return;
    const layer = stainField(window.x, window.y, window.width, window.height);
    TISSUES[classIndex]?.paint(layer, plane);
    addShare(slide, layer, values, shares.columns, plane);
  });
  develop(slide, REFERENCE_STAIN, rgb, offset, rowBytes);
}

function sharesOver({ x, y, width, height }: StainField, plan: SlidePlan): Shares {
  const columns = Math.ceil(width / STEP) + 1;
  const rows = Math.ceil(height / STEP) + 1;
  const values = TISSUES.map(() => new Float32Array(columns * rows));
  const at = new Float32Array(TISSUES.length);
  for (let row = 0, node = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, node++) {
      plan.sharesAt(x + column * STEP, y + row * STEP, at);
      values.forEach((list, classIndex) => (list[node] = at[classIndex] as number));
    }
  return { columns, values };
}

/** Adds a class's densities, weighted by its share and by the section's thickness, which varies a little. */
function addShare(
  slide: StainField,
  layer: StainField,
  shares: Float32Array,
  columns: number,
  { noise }: Plane,
): void {
  const { width, height } = slide;
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / STEP);
    const fy = y / STEP - row;
    for (let x = 0; x < width; x++, i++) {
      const column = Math.floor(x / STEP);
      const fx = x / STEP - column;
      const node = row * columns + column;
      const above = (shares[node] as number) * (1 - fx) + (shares[node + 1] as number) * fx;
      const below =
        (shares[node + columns] as number) * (1 - fx) + (shares[node + columns + 1] as number) * fx;
      const share = above + (below - above) * fy;
      if (share === 0) continue;
      const thickness = 1 + 0.22 * noise.at((x + slide.x) * 0.0015 + 5, (y + slide.y) * 0.0015 + 83);
      const weight = share * thickness;
      slide.haematoxylin[i] = (slide.haematoxylin[i] as number) + weight * (layer.haematoxylin[i] as number);
      slide.eosin[i] = (slide.eosin[i] as number) + weight * (layer.eosin[i] as number);
    }
  }
}
