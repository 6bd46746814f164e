/** How a weights file stores one number, little-endian. */
export interface ElementType {
  readonly bytes: number;
  /** The numbers as float32. The buffer is not used elsewhere, so it may become the result. */
  readonly read: (copy: ArrayBuffer) => Float32Array;
}

/**
 * The types that Tessera reads. Larger ones are rounded: float64 to the nearest float32, and int64 (in a state dict only counters)
 * beyond 2^24.
 */
export const ELEMENT_TYPES = {
  float64: { bytes: 8, read: (copy) => new Float32Array(new Float64Array(copy)) },
  float32: { bytes: 4, read: (copy) => new Float32Array(copy) },
  float16: { bytes: 2, read: (copy) => new Float32Array(new Float16Array(copy)) },
  bfloat16: { bytes: 2, read: readBfloat16 },
  int64: { bytes: 8, read: (copy) => Float32Array.from(new BigInt64Array(copy), Number) },
} as const satisfies Record<string, ElementType>;

export type ElementTypeName = keyof typeof ELEMENT_TYPES;

/** A bfloat16 is the upper half of a float32. */
function readBfloat16(copy: ArrayBuffer): Float32Array {
  const halves = new Uint16Array(copy);
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = (halves[i] ?? 0) << 16;
  return new Float32Array(words.buffer);
}
