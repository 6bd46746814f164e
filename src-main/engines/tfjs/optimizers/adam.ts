import type { OptimizerSpec } from '../../engine.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { penalised, type Optimizer } from './optimizer.ts';

/**
 * torch.optim.Adam and AdamW. As in the ONNX engine the slots hold Σ βᵏ · g, PyTorch's running means divided by 1 − β; here they are
 * multiplied with it again where they are used, together with the correction for their start at zero.
 */
export function adam(tf: TensorFlow, spec: Extract<OptimizerSpec, { kind: 'adam' | 'adamw' }>): Optimizer {
  const { betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = spec;
  const decoupled = spec.kind === 'adamw';
  return {
    slots: ['gradient_sum', 'square_sum'],
    update(weight, gradient, slots, { learningRate, weightDecay, step }) {
      const [sum, squares] = slots as [typeof weight, typeof weight];
      const change = decoupled ? gradient : penalised(tf, weight, gradient, weightDecay);
      const decayed = decoupled ? tf.mul(weight, 1 - learningRate * weightDecay) : weight;
      const newSum = tf.add(tf.mul(sum, beta1), change);
      const newSquares = tf.add(tf.mul(squares, beta2), tf.square(change));
      const mean = tf.mul(newSum, (1 - beta1) / (1 - beta1 ** step));
      const meanSquare = tf.mul(newSquares, (1 - beta2) / (1 - beta2 ** step));
      const direction = tf.div(mean, tf.add(tf.sqrt(meanSquare), epsilon));
      return { weight: tf.sub(decayed, tf.mul(direction, learningRate)), slots: [newSum, newSquares] };
    },
  };
}
