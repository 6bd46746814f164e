import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** 1 / (1 + exp(−x)). */
export interface Sigmoid extends NodeBase {
  readonly op: 'sigmoid';
}

/** Any shape → the same shape. */
export function sigmoid(builder: GraphBuilder, name: string, input: Value): Value {
  return builder.add({ op: 'sigmoid', name, inputs: [input.name], shape: input.shape });
}
