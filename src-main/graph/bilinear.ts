/**
 * Bilinear resampling of one axis as a matrix, [to, from], row-major: `resized = matrix · original`. Each row has at most two
 * entries, and they sum to 1; an image is resized by one matrix per axis. Without antialiasing, as PyTorch's
 * `F.interpolate(size=…, mode='bilinear', antialias=False)`, computed in float64.
 * @param from length of the axis, in pixels
 * @param to length wanted, in pixels
 * @param alignCorners whether the first and the last pixels fall on each other; otherwise the outer edges of these pixels do, half a
 * pixel further out, and what would be read beyond them is the edge pixel
 */
export function bilinearMatrix(from: number, to: number, alignCorners: boolean): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let pixel = 0; pixel < to; pixel++) {
    const source = alignCorners
      ? to > 1
        ? (pixel * (from - 1)) / (to - 1)
        : 0
      : Math.max(((pixel + 0.5) * from) / to - 0.5, 0);
    const lower = Math.min(Math.floor(source), from - 1);
    const upper = Math.min(lower + 1, from - 1);
    const share = source - lower;
    // Where both are the edge pixel, the shares add up there.
    matrix[pixel * from + lower] = (matrix[pixel * from + lower] ?? 0) + 1 - share;
    matrix[pixel * from + upper] = (matrix[pixel * from + upper] ?? 0) + share;
  }
  return matrix;
}
