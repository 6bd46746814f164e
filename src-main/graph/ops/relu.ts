import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** max(x, 0); its derivative at 0 is 0, as in PyTorch. */
export interface Relu extends NodeBase {
  readonly op: 'relu';
}

/** Any shape → the same shape. */
export function relu(builder: GraphBuilder, name: string, input: Value): Value {
  return builder.add({ op: 'relu', name, inputs: [input.name], shape: input.shape });
}
