/**
 * Turns every 4-connected region of `value` (0 or 1) with fewer than `smallest` pixels into the other value, in place.
 * @param mask zeros and ones, row-major, rows of `width`
 */
export function fillSmallRegions(mask: Uint8Array, width: number, value: 0 | 1, smallest: number): void {
  const visited = new Uint8Array(mask.length);
  const region = new Int32Array(mask.length); // the pixels of the region being walked, in order of discovery
  for (let start = 0; start < mask.length; start++) {
    if (visited[start] || mask[start] !== value) continue;
    let found = 0;
    const visit = (pixel: number) => {
      if (visited[pixel] || mask[pixel] !== value) return;
      visited[pixel] = 1;
      region[found++] = pixel;
    };
    visit(start);
    for (let next = 0; next < found; next++) {
      const pixel = region[next] ?? 0;
      const x = pixel % width;
      if (x > 0) visit(pixel - 1);
      if (x < width - 1) visit(pixel + 1);
      if (pixel >= width) visit(pixel - width);
      if (pixel + width < mask.length) visit(pixel + width);
    }
    if (found < smallest) for (let i = 0; i < found; i++) mask[region[i] ?? 0] = value === 1 ? 0 : 1;
  }
}
