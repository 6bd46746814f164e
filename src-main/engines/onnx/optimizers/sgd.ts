import type { OptimizerSpec } from '../../engine.ts';
import { decayed, type Optimizer } from './optimizer.ts';

/** torch.optim.SGD: buffer = momentum · buffer + gradient; weight −= learningRate · buffer. */
export function sgd({ momentum, weightDecay }: Extract<OptimizerSpec, { kind: 'sgd' }>): Optimizer {
  return {
    slots: momentum === 0 ? [] : ['momentum_buffer'],
    scalars: ['learningRate'],
    scalarValues: (learningRate) => [learningRate],
    update(onnx, weight, gradient, [buffer], [learningRate = '']) {
      let change = decayed(onnx, weight, gradient, weightDecay);
      if (buffer !== undefined)
        change = onnx.node('Add', [onnx.node('Mul', [buffer, onnx.floats(momentum)]), change]);
      const updated = onnx.node('Sub', [weight, onnx.node('Mul', [change, learningRate])]);
      return { weight: updated, slots: buffer === undefined ? [] : [change] };
    },
  };
}
