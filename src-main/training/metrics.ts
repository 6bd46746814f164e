import type { Metrics } from '../contract/values/run.ts';
import { expectedCalibrationError } from './calibration.ts';
import { accuracyOf, classMetrics, confusionMatrix, macroF1Of } from './confusion.ts';
import { macroRocAuc } from './rocAuc.ts';
import { argmaxRows, crossEntropy, softmax } from './softmax.ts';

/**
 * Everything that a run reports about a split.
 * @param logits [n, classes]; @param targets [n], class indices
 */
export function measure(logits: Float32Array, targets: ArrayLike<number>, classes: number): Metrics {
  const scores = softmax(logits, classes);
  const predicted = argmaxRows(scores, classes); // of the scores, which are what is stored
  const confusion = confusionMatrix(targets, predicted, classes);
  return {
    n: targets.length,
    loss: crossEntropy(logits, targets, classes),
    accuracy: accuracyOf(confusion),
    macroF1: macroF1Of(confusion),
    confusion,
    perClass: classMetrics(confusion),
    rocAuc: macroRocAuc(scores, targets, classes),
    ece: expectedCalibrationError(scores, targets, predicted, classes),
  };
}
