import ort from 'onnxruntime-node';
import type { Tensor } from 'onnxruntime-node';
import { dropoutMask } from '../../graph/dropoutMask.ts';
import { GRAPH_INPUT, type Graph } from '../../graph/graph.ts';
import { targetFormat } from '../../graph/losses/targets.ts';
import type { Dropout } from '../../graph/ops/dropout.ts';
import type { Batch } from '../engine.ts';
import { maskInput } from './emission.ts';

type TensorMap = Readonly<Record<string, Tensor>>;

/** @param shape default: a scalar */
export function floats(values: Float32Array | number, shape: readonly number[] = []): Tensor {
  return new ort.Tensor('float32', typeof values === 'number' ? Float32Array.of(values) : values, shape);
}

/** The images and targets of one pass. */
export function batchFeeds(graph: Graph, { images, targets }: Batch, batchSize: number): TensorMap {
  const { type, shape } = targetFormat(graph);
  return {
    [GRAPH_INPUT]: floats(images, [batchSize, ...graph.input]),
    targets: new ort.Tensor(type, targets, [batchSize, ...shape]),
  };
}

/** The dropouts' masks in the pass `pass` of all passes since the start of the training. */
export function maskFeeds(
  dropouts: readonly Dropout[],
  batchSize: number,
  seed: number,
  pass: number,
): TensorMap {
  return Object.fromEntries(
    dropouts.map((node) => [
      maskInput(node),
      floats(dropoutMask(node, batchSize, seed, pass), [batchSize, ...node.shape]),
    ]),
  );
}
