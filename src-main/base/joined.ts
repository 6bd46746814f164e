/** One array of the parts' values in order; a single part is given as it is. */
export function joined<A extends Float32Array | Int32Array>(
  parts: readonly A[],
  make: (length: number) => A,
): A {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = make(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
