/**
 * Every pixel within `radius` of one that is set, in place (a square as structuring element).
 * @param mask zeros and ones, row-major, rows of `width`; @param radius in pixels
 */
export function dilate(mask: Uint8Array, width: number, radius: number): void {
  const height = mask.length / width;
  for (let y = 0; y < height; y++) spread(mask, y * width, 1, width, radius);
  for (let x = 0; x < width; x++) spread(mask, x, width, height, radius);
}

/** Only the pixels whose whole surroundings within `radius` are set, in place; beyond the edges all counts as set. */
export function erode(mask: Uint8Array, width: number, radius: number): void {
  invert(mask);
  dilate(mask, width, radius);
  invert(mask);
}

function invert(mask: Uint8Array): void {
  for (let i = 0; i < mask.length; i++) mask[i] = mask[i] ? 0 : 1;
}

/** Sets what lies within `radius` of a set pixel of one line: `length` pixels from `start`, `step` apart. */
function spread(mask: Uint8Array, start: number, step: number, length: number, radius: number): void {
  const end = start + length * step;
  let reach = 0; // how much further the last set pixel reaches
  for (let at = start; at < end; at += step)
    if (mask[at]) reach = radius;
    else if (reach > 0) {
      reach--;
      mask[at] = REACHED;
    }
  reach = 0;
  for (let at = end - step; at >= start; at -= step)
    if (mask[at] === 1) reach = radius;
    else if (reach > 0) {
      reach--;
      mask[at] = REACHED;
    }
  for (let at = start; at < end; at += step) if (mask[at]) mask[at] = 1;
}

/** Tells, until the line is done, what was reached from what was set. */
const REACHED = 2;
