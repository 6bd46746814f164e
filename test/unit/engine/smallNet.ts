import { Random } from '../../../src-main/base/random.ts';
import { freeze } from '../../../src-main/graph/freeze.ts';
import type { Graph } from '../../../src-main/graph/graph.ts';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { dropout } from '../../../src-main/graph/ops/dropout.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import type { Batch } from '../../../src-main/engines/engine.ts';

const SIDE = 8;
const SMALL_NET_CLASSES = 3;

interface SmallNetOptions {
  readonly normalised?: boolean;
  readonly dropped?: boolean;
  /** Parameters whose names begin so. */
  readonly frozen?: string;
  /** Of the images, in pixels. */
  readonly side?: number;
}

/** Two convolutions, of which the engine computes one as `Conv` and one as a matrix product, and a dense layer. */
export function smallNet({
  normalised = true,
  dropped = true,
  frozen,
  side = SIDE,
}: SmallNetOptions = {}): Graph {
  const builder = new GraphBuilder([3, side, side]);
  let x = conv2d(builder, 'conv1', builder.input, { channels: 16, kernel: 3, padding: 1, bias: !normalised });
  if (normalised) x = batchNorm(builder, 'bn1', x);
  x = conv2d(builder, 'conv2', relu(builder, 'relu1', x), { channels: 8, kernel: 3, stride: 2, padding: 1 });
  if (normalised) x = batchNorm(builder, 'bn2', x);
  x = globalAveragePool(builder, 'pool', relu(builder, 'relu2', x));
  if (dropped) x = dropout(builder, 'dropout', x, 0.5);
  const graph = builder.finish(dense(builder, 'fc', x, SMALL_NET_CLASSES), { kind: 'softmaxCrossEntropy' });
  return frozen === undefined ? graph : freeze(graph, (name) => name.startsWith(frozen));
}

/** Random images and labels; another batch for every `index`. */
export function smallBatch(count: number, index: number, side = SIDE): Batch {
  const random = Random.from(2, index);
  const images = Float32Array.from({ length: count * 3 * side * side }, () => random.normal());
  return { images, targets: Int32Array.from({ length: count }, () => random.integer(SMALL_NET_CLASSES)) };
}
