import type { Loss } from '../../../graph/losses/loss.ts';
import type { Emission } from '../emission.ts';
import type { TensorName } from '../onnxGraph.ts';

/** The loss as a scalar, and its gradient with respect to the graph's output. */
export interface EmittedLoss {
  readonly loss: TensorName;
  readonly gradient: TensorName;
}

/**
 * @param logits [batch, …] as the graph's output
 * @param targets the input `targets`, as `targetFormat` says
 */
export type LossEmitter<K extends Loss['kind']> = (
  emission: Emission,
  loss: Extract<Loss, { kind: K }>,
  logits: TensorName,
  targets: TensorName,
) => EmittedLoss;
