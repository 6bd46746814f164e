import type { Loss } from '../../../graph/losses/loss.ts';
import type { Emission } from '../emission.ts';
import type { TensorName } from '../onnxGraph.ts';
import type { EmittedLoss, LossEmitter } from './emitter.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';

/** One emitter per loss of the IR; a missing one does not compile. */
const emitters: { [K in Loss['kind']]: LossEmitter<K> } = { softmaxCrossEntropy };

export function emitLoss(
  emission: Emission,
  loss: Loss,
  logits: TensorName,
  targets: TensorName,
): EmittedLoss {
  return emitters[loss.kind](emission, loss, logits, targets);
}
