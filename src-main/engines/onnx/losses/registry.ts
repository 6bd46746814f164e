import type { Loss } from '../../../graph/losses/loss.ts';
import type { Emission } from '../emission.ts';
import type { TensorName } from '../onnxGraph.ts';
import { binaryCrossEntropy } from './binaryCrossEntropy.ts';
import type { EmittedLoss, LossEmitter } from './emitter.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';

/** One emitter per loss of the IR; a missing one does not compile. */
const emitters: { [K in Loss['kind']]: LossEmitter<K> } = { softmaxCrossEntropy, binaryCrossEntropy };

export function emitLoss<K extends Loss['kind']>(
  emission: Emission,
  loss: Loss & { kind: K },
  logits: TensorName,
  targets: TensorName,
): EmittedLoss {
  const emitter = emitters[loss.kind] as (e: Emission, loss: Loss, ...tensors: TensorName[]) => EmittedLoss;
  return emitter(emission, loss, logits, targets);
}
