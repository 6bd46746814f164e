/** Some images, [count, 3, S, S]. The array is used again for the next batch: do not keep it. */
export interface ImageBatch {
  /** Position of the first image in the whole sequence. */
  readonly start: number;
  readonly count: number;
  readonly images: Float32Array;
}

/**
 * Gathers pieces of any number of images into batches of exactly `batchSize`, the last one aside.
 * @param pieces each [n, imageValues]; @param from position of the first image
 */
export async function* inBatches(
  pieces: AsyncIterable<Float32Array>,
  imageValues: number,
  batchSize: number,
  from: number,
): AsyncGenerator<ImageBatch, void, undefined> {
  const images = new Float32Array(batchSize * imageValues);
  let filled = 0;
  let start = from;
  for await (const piece of pieces)
    for (let taken = 0; taken < piece.length;) {
      const part = piece.subarray(taken, taken + images.length - filled);
      images.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < images.length) continue;
      yield { start, count: batchSize, images };
      start += batchSize;
      filled = 0;
    }
  if (filled > 0) yield { start, count: filled / imageValues, images: images.subarray(0, filled) };
}
