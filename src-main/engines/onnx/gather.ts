import type { Emission } from './emission.ts';
import type { TensorName } from './onnxGraph.ts';
import type { PixelTable } from './windows.ts';

/**
 * Bytes of gathered pixels that are worked on at a time, so that they are still in the processor's cache then: this is worth a
 * third of the time of a convolution on large feature maps (docs/engine.md).
 */
const CHUNK_BYTES = 6 * 2 ** 20;

/** What was gathered for some of the table's rows. */
export interface Chunk {
  /** [batch · rows, columns · channels] */
  readonly tensor: TensorName;
  readonly rows: number;
}

/**
 * Copies pixels of every image together as `table` says, in chunks of its rows.
 * @param matrix rows: [batch · pixels, channels]; the pixel one past the last is zeros
 */
export function gatherPixels(
  e: Emission,
  matrix: TensorName,
  channels: number,
  { pixels, columns }: PixelTable,
): Chunk[] {
  const { onnx, batchSize } = e;
  const images = onnx.node('Reshape', [matrix, onnx.ints([batchSize, -1, channels])]);
  const zeros = onnx.floats(new Array<number>(batchSize * channels).fill(0), [batchSize, 1, channels]);
  const extended = onnx.node('Concat', [images, zeros], { axis: 1 });
  const rows = pixels.length / columns;
  const chunks = Math.min(rows, Math.ceil((batchSize * pixels.length * channels * 4) / CHUNK_BYTES));
  return Array.from({ length: chunks }, (_, i) => {
    const [start, end] = [Math.floor((i * rows) / chunks), Math.floor(((i + 1) * rows) / chunks)];
    const indices = pixels.slice(start * columns, end * columns);
    const picked = onnx.node('Gather', [extended, onnx.int32s(indices, [indices.length])], { axis: 1 });
    const together = onnx.ints([-1, columns * channels]);
    return { tensor: onnx.node('Reshape', [picked, together]), rows: end - start };
  });
}

/** Puts what was computed from each chunk, [batch · rows, channels], together again as rows [batch · pixels, channels]. */
export function joinChunks(
  e: Emission,
  chunks: readonly Chunk[],
  channels: number,
  compute: (chunk: Chunk) => TensorName,
): TensorName {
  const { onnx } = e;
  const parts = chunks.map(compute);
  if (parts.length === 1) return parts[0] as TensorName;
  const images = parts.map((part) => onnx.node('Reshape', [part, onnx.ints([e.batchSize, -1, channels])]));
  return onnx.node('Reshape', [onnx.node('Concat', images, { axis: 1 }), onnx.ints([-1, channels])]);
}

/** Splits rows [batch · pixels, channels] as the chunks are: [batch · rows, channels] each. */
export function splitLike(
  e: Emission,
  chunks: readonly Chunk[],
  matrix: TensorName,
  channels: number,
): TensorName[] {
  const { onnx } = e;
  if (chunks.length === 1) return [matrix];
  const images = onnx.node('Reshape', [matrix, onnx.ints([e.batchSize, -1, channels])]);
  const sizes = onnx.ints(chunks.map(({ rows }) => rows));
  const parts = onnx.nodes('Split', [images, sizes], { axis: 1 }, chunks.length);
  return parts.map((part) => onnx.node('Reshape', [part, onnx.ints([-1, channels])]));
}
