/** Knuth's multiplicative hash: 2^32 over the golden ratio. */
const FACTOR = 2_654_435_761;

/**
 * An image that every known answer is about: each byte is the top one of (position + 1) · 2654435761 mod 2^32. Nothing in it is
 * symmetrical, so that swapped colours, rows and columns, or a mirrored kernel give another answer.
 * @returns interleaved bytes [side, side, 3]
 */
export function testImage(side: number): Uint8Array {
  return Uint8Array.from({ length: 3 * side * side }, (_, i) => Math.imul(i + 1, FACTOR) >>> 24);
}
