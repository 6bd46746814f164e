import type { LossInterpreter } from './interpreter.ts';

/**
 * −Σ q · log softmax(z) / Σ weight[target], where q is what should come out: the one-hot target, smoothed, times the classes' weights,
 * and nothing where the target is ignored.
 */
export const softmaxCrossEntropy: LossInterpreter<'softmaxCrossEntropy'> = (tf, loss, logits, targets) => {
  const classes = logits.shape.at(-1) ?? 0;
  const { classWeights = Array<number>(classes).fill(1), labelSmoothing = 0, ignoreLabel } = loss;
  let total = 0;
  for (const target of targets) if (target !== ignoreLabel) total += classWeights[target] as number;
  const counts = Float32Array.from(targets, (target) => (target === ignoreLabel ? 0 : 1));
  const oneHot = tf.oneHot(tf.tensor1d(Int32Array.from(targets), 'int32'), classes, 1, 0, 'float32');
  const smoothed = tf.add(tf.mul(oneHot, 1 - labelSmoothing), labelSmoothing / classes);
  const weighted = tf.mul(smoothed, tf.tensor1d([...classWeights]));
  const wanted = tf.mul(weighted, tf.tensor2d(counts, [counts.length, 1]));
  const logProbabilities = tf.logSoftmax(tf.reshape(logits, [-1, classes]));
  return tf.mul(tf.sum(tf.mul(wanted, logProbabilities)), total > 0 ? -1 / total : 0);
};
