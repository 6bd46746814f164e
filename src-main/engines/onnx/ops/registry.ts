import type { Node, OpKind } from '../../../graph/node.ts';
import type { Emission } from '../emission.ts';
import { add } from './add.ts';
import { averagePool } from './averagePool.ts';
import { batchNorm } from './batchNorm.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import type { Backward, Emitter } from './emitter.ts';
import { globalAveragePool } from './globalAveragePool.ts';
import { maxPool } from './maxPool.ts';
import { relu } from './relu.ts';
import { resizeBilinear } from './resizeBilinear.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';

/** One emitter per operation of the IR; a missing one does not compile. */
const emitters: { [K in OpKind]: Emitter<K> } = {
  conv2d,
  batchNorm,
  relu,
  sigmoid,
  softmax,
  add,
  concat,
  maxPool,
  averagePool,
  globalAveragePool,
  resizeBilinear,
  dropout,
  dense,
};

/** Emits a node's forward pass; gives its backward pass. */
export function emit<K extends OpKind>(emission: Emission, node: Node & { op: K }): Backward {
  const emitter = emitters[node.op] as (emission: Emission, node: Node) => Backward;
  return emitter(emission, node);
}
