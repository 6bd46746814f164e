import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/**
 * PyTorch's Dropout. Training: each element is zero with `probability`, the others are divided by 1 − probability. Which ones is
 * decided outside of the engines by the run's seed and the step (`dropoutMask`). Evaluation: the identity.
 */
export interface Dropout extends NodeBase {
  readonly op: 'dropout';
  /** In [0, 1). */
  readonly probability: number;
}

/** Any shape → the same shape. @throws Error when the probability is not in [0, 1). */
export function dropout(builder: GraphBuilder, name: string, input: Value, probability: number): Value {
  if (!(probability >= 0 && probability < 1))
    throw new Error(`${name}: a dropout probability of ${probability} is not in [0, 1)`);
  return builder.add({ op: 'dropout', name, inputs: [input.name], shape: input.shape, probability });
}
