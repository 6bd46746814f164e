import type { NodeOf, OpKind } from '../../../graph/node.ts';
import type { Dropout } from '../../../graph/ops/dropout.ts';
import type { Tensor, TensorFlow } from '../tensorflow.ts';

/** What the nodes of one forward pass share. */
export interface ForwardPass {
  readonly tf: TensorFlow;
  /** Whether batch norm uses and moves the batch's statistics, and dropouts drop. */
  readonly training: boolean;
  /** A parameter or running statistic by its name, as the engine keeps it. */
  parameter(name: string): Tensor;
  /** What a dropout multiplies its input with, channels last. */
  mask(node: Dropout): Tensor;
  /** Receives the new value of a running statistic. */
  moveStatistic(name: string, value: Tensor): void;
}

/** Computes one kind of node from its inputs, channels last; TensorFlow.js records what it needs for the gradient. */
export type Interpreter<K extends OpKind> = (
  pass: ForwardPass,
  node: NodeOf<K>,
  inputs: readonly [Tensor, ...Tensor[]],
) => Tensor;
