/**
 * Undoes the PNG filters (W3C PNG specification, section 9) of an image with at most one byte per pixel, in place.
 * @param raw [height, 1 + rowBytes]: each row's filter type, then its bytes
 * @returns whether all types are known
 */
export function unfilter(raw: Uint8Array, rowBytes: number, height: number): boolean {
  const stride = rowBytes + 1;
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const row = raw.subarray(y * stride + 1, (y + 1) * stride);
    const undo = FILTERS[raw[y * stride] as number];
    if (!undo) return false;
    undo(row, above);
    above = row;
  }
  return true;
}

type Undo = (row: Uint8Array, above: Uint8Array) => void;

/** By filter type: none, sub, up, average, Paeth. Bytes wrap around by themselves. */
const FILTERS: readonly Undo[] = [
  () => {},
  (row) => {
    for (let x = 1; x < row.length; x++) row[x] = (row[x] as number) + (row[x - 1] as number);
  },
  (row, above) => {
    for (let x = 0; x < row.length; x++) row[x] = (row[x] as number) + (above[x] as number);
  },
  (row, above) => {
    let left = 0;
    for (let x = 0; x < row.length; x++) {
      row[x] = (row[x] as number) + ((left + (above[x] as number)) >> 1);
      left = row[x] as number;
    }
  },
  (row, above) => {
    let [left, corner] = [0, 0];
    for (let x = 0; x < row.length; x++) {
      const up = above[x] as number;
      row[x] = (row[x] as number) + paeth(left, up, corner);
      [left, corner] = [row[x] as number, up];
    }
  },
];

/** Whichever neighbour is nearest to left + up - corner; the earlier of equally near ones. */
function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp] = [Math.abs(up - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
