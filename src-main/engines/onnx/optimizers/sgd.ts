import type { OptimizerSpec } from '../../engine.ts';
import { decayed, type Optimizer } from './optimizer.ts';

/**
 * torch.optim.SGD: buffer = momentum · buffer + gradient; weight −= learningRate · buffer. Nesterov's variant moves the weight by
 * gradient + momentum · buffer instead.
 */
export function sgd(spec: Extract<OptimizerSpec, { kind: 'sgd' }>): Optimizer {
  const { momentum, weightDecay, nesterov = false } = spec;
  return {
    slots: momentum === 0 ? [] : ['momentum_buffer'],
    scalars: ['learningRate'],
    scalarValues: (learningRate) => [learningRate],
    update(onnx, weight, gradient, [buffer], [learningRate = '']) {
      const moved = (change: string) => onnx.node('Sub', [weight, onnx.node('Mul', [change, learningRate])]);
      const change = decayed(onnx, weight, gradient, weightDecay);
      if (buffer === undefined) return { weight: moved(change), slots: [] };
      const afterMomentum = (velocity: string) =>
        onnx.node('Add', [onnx.node('Mul', [velocity, onnx.floats(momentum)]), change]);
      const newBuffer = afterMomentum(buffer);
      return { weight: moved(nesterov ? afterMomentum(newBuffer) : newBuffer), slots: [newBuffer] };
    },
  };
}
