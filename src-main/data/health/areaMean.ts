/** The pixels that a cell of a grid covers, `from` … `to - 1`, and the share that each has in its mean. */
interface Cover {
  readonly from: number;
  readonly to: number;
  readonly shares: Float64Array;
}

/** How `cells` cells of equal width cover a row of `length` pixels, by overlap. */
function covers(length: number, cells: number): readonly Cover[] {
  const width = length / cells;
  return Array.from({ length: cells }, (_, cell) => {
    const [left, right] = [cell * width, (cell + 1) * width];
    const [from, to] = [Math.floor(left), Math.min(length, Math.ceil(right))];
    const overlap = (_: unknown, i: number) =>
      Math.max(0, Math.min(right, from + i + 1) - Math.max(left, from + i)) / width;
    return { from, to, shares: Float64Array.from({ length: to - from }, overlap) };
  });
}

/**
 * Averages an image over a grid of cells; it is stretched to the grid, whatever its proportions.
 * @param values [height, width], row-major
 * @returns [cells, cells], row-major
 */
export function areaMean(values: Float32Array, width: number, height: number, cells: number): Float64Array {
  const columns = covers(width, cells);
  const narrow = new Float64Array(height * cells);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < cells; x++) {
      const { from, to, shares } = columns[x]!;
      let sum = 0;
      for (let i = from; i < to; i++) sum += shares[i - from]! * values[y * width + i]!;
      narrow[y * cells + x] = sum;
    }
  }
  const means = new Float64Array(cells * cells);
  for (const [y, { from, to, shares }] of covers(height, cells).entries())
    for (let i = from; i < to; i++)
      for (let x = 0; x < cells; x++) means[y * cells + x]! += shares[i - from]! * narrow[i * cells + x]!;
  return means;
}
