import { imagesIn } from '../layout.ts';
import type { LossInterpreter } from './interpreter.ts';

/** log(1 + exp z) − z·t: the same as both logarithms together, and no exponential overflows in it. */
export const binaryCrossEntropy: LossInterpreter<'binaryCrossEntropy'> = (tf, _loss, logits, targets) => {
  const [batch = 0, ...rest] = logits.shape;
  const shape = [batch, ...rest.slice(-1), ...rest.slice(0, -1)];
  const expected = imagesIn(tf, Float32Array.from(targets), shape);
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, expected)));
};
