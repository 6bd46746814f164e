import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** exp(x) / Σ exp(x) over the channels (or features), or its logarithm; `F.softmax` and `F.log_softmax` with dim=1. */
export interface Softmax extends NodeBase {
  readonly op: 'softmax';
  readonly log: boolean;
}

/** Any shape → the same shape. */
export function softmax(builder: GraphBuilder, name: string, input: Value): Value {
  return builder.add({ op: 'softmax', name, inputs: [input.name], shape: input.shape, log: false });
}

/** Any shape → the same shape. */
export function logSoftmax(builder: GraphBuilder, name: string, input: Value): Value {
  return builder.add({ op: 'softmax', name, inputs: [input.name], shape: input.shape, log: true });
}
