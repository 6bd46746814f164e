import type { Loss } from '../../../graph/losses/loss.ts';
import type { Batch } from '../../engine.ts';
import type { Tensor, TensorFlow } from '../tensorflow.ts';
import { binaryCrossEntropy } from './binaryCrossEntropy.ts';
import type { LossInterpreter } from './interpreter.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';

/** One interpreter per loss of the IR; a missing one does not compile. */
const interpreters: { [K in Loss['kind']]: LossInterpreter<K> } = { softmaxCrossEntropy, binaryCrossEntropy };

export function computeLoss(tf: TensorFlow, loss: Loss, logits: Tensor, targets: Batch['targets']): Tensor {
  const interpreter = interpreters[loss.kind] as LossInterpreter<Loss['kind']>;
  return interpreter(tf, loss as never, logits, targets);
}
