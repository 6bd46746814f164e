import type { Node, OpKind } from '../../../graph/node.ts';
import type { Tensor } from '../tensorflow.ts';
import { add } from './add.ts';
import { averagePool } from './averagePool.ts';
import { batchNorm } from './batchNorm.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { globalAveragePool } from './globalAveragePool.ts';
import type { ForwardPass, Interpreter } from './interpreter.ts';
import { maxPool } from './maxPool.ts';
import { relu } from './relu.ts';
import { resizeBilinear } from './resizeBilinear.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';

/** One interpreter per operation of the IR; a missing one does not compile. */
const interpreters: { [K in OpKind]: Interpreter<K> } = {
  add,
  averagePool,
  batchNorm,
  concat,
  conv2d,
  dense,
  dropout,
  globalAveragePool,
  maxPool,
  relu,
  resizeBilinear,
  sigmoid,
  softmax,
};

export function interpret(pass: ForwardPass, node: Node, inputs: readonly Tensor[]): Tensor {
  const interpreter = interpreters[node.op] as Interpreter<OpKind>;
  return interpreter(pass, node, inputs as [Tensor, ...Tensor[]]);
}
