import type { Clipping } from '../engine.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

/** Gradients no larger than `max`, as PyTorch's `clip_grad_norm_` (with its 1e-6 below the fraction) and `clip_grad_value_`. */
export function clipped(
  tf: TensorFlow,
  gradients: readonly Tensor[],
  { kind, max }: Clipping,
): readonly Tensor[] {
  if (kind === 'value') return gradients.map((gradient) => tf.clipByValue(gradient, -max, max));
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const factor = tf.minimum(tf.div(max, tf.add(norm, 1e-6)), 1);
  return gradients.map((gradient) => tf.mul(gradient, factor));
}
