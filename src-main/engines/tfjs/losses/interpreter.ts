import type { Loss } from '../../../graph/losses/loss.ts';
import type { Batch } from '../../engine.ts';
import type { Tensor, TensorFlow } from '../tensorflow.ts';

/** The loss of a batch as a scalar, from logits with channels last and targets in PyTorch's order. */
export type LossInterpreter<K extends Loss['kind']> = (
  tf: TensorFlow,
  loss: Extract<Loss, { kind: K }>,
  logits: Tensor,
  targets: Batch['targets'],
) => Tensor;
