import type { OptimizerSpec } from '../../engine.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { penalised, type Optimizer } from './optimizer.ts';

/** torch.optim.SGD: buffer = momentum · buffer + gradient; the weight follows it, or with Nesterov gradient + momentum · buffer. */
export function sgd(tf: TensorFlow, spec: Extract<OptimizerSpec, { kind: 'sgd' }>): Optimizer {
  const { momentum, nesterov = false } = spec;
  return {
    slots: momentum === 0 ? [] : ['momentum_buffer'],
    update(weight, gradient, [buffer], { learningRate, weightDecay }) {
      const change = penalised(tf, weight, gradient, weightDecay);
      const follow = (direction: typeof weight) => tf.sub(weight, tf.mul(direction, learningRate));
      if (buffer === undefined) return { weight: follow(change), slots: [] };
      const moved = tf.add(tf.mul(buffer, momentum), change);
      const direction = nesterov ? tf.add(change, tf.mul(moved, momentum)) : moved;
      return { weight: follow(direction), slots: [moved] };
    },
  };
}
