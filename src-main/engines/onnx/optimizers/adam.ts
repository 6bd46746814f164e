import type { OptimizerSpec } from '../../engine.ts';
import { decayed, type Optimizer } from './optimizer.ts';

/**
 * torch.optim.Adam (Kingma & Ba 2015): running means of the gradient and of its square, corrected for their start at zero. Here
 * the sums Σ betaᵏ·g are kept, which are those means divided by 1 − beta: what they would have been multiplied by in every
 * element, together with the corrections, is in two scalars, computed outside in double precision. That spares three of thirteen
 * passes over the weights.
 */
export function adam(spec: Extract<OptimizerSpec, { kind: 'adam' | 'adamw' }>): Optimizer {
  const { weightDecay, betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = spec;
  return {
    slots: ['gradient_sum', 'square_sum'],
    scalars: ['stepSize', 'scaledEpsilon'],
    scalarValues(learningRate, step) {
      const meanPerSum = (1 - beta1) / (1 - beta1 ** step);
      const rootPerRoot = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      return [(learningRate * meanPerSum) / rootPerRoot, epsilon / rootPerRoot];
    },
    update(onnx, weight, gradient, [sum = '', squares = ''], [stepSize = '', scaledEpsilon = '']) {
      const added = (old: string, beta: number, value: string) =>
        onnx.node('Add', [onnx.node('Mul', [old, onnx.floats(beta)]), value]);
      const change = decayed(onnx, weight, gradient, weightDecay);
      const newSum = added(sum, beta1, change);
      const newSquares = added(squares, beta2, onnx.node('Mul', [change, change]));
      const scale = onnx.node('Add', [onnx.node('Sqrt', [newSquares]), scaledEpsilon]);
      const direction = onnx.node('Div', [newSum, scale]);
      const updated = onnx.node('Sub', [weight, onnx.node('Mul', [direction, stepSize])]);
      return { weight: updated, slots: [newSum, newSquares] };
    },
  };
}
