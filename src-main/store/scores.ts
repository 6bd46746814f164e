/** Scores as they lie in a BLOB: float32, the machine's (little-endian) order. */
export function toBlob(scores: Float32Array): Buffer {
  return Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength);
}

/** A copy, because a BLOB's memory need not be aligned to four bytes. */
export function fromBlob(blob: Uint8Array): Float32Array {
  return new Float32Array(blob.slice().buffer);
}

/** Position of the largest score; the first of equal ones. */
export function argmax(scores: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if ((scores[i] ?? 0) > (scores[best] ?? 0)) best = i;
  return best;
}
