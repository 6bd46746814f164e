import type { OptimizerSpec } from '../../engine.ts';
import { decayed, type Optimizer } from './optimizer.ts';

/**
 * torch.optim.Adam (Kingma & Ba 2015): running means of the gradient and of its square, corrected for their start at zero. Here
 * the sums Σ betaᵏ·g are kept, which are those means divided by 1 − beta: what they would have been multiplied by in every
 * element, together with the corrections, is in two scalars, computed outside in double precision. That spares three of thirteen
 * passes over the weights.
 *
 * torch.optim.AdamW (Loshchilov & Hutter 2019) keeps the weight decay out of the gradient: it shrinks the weight by
 * learningRate · weightDecay.
 */
export function adam(spec: Extract<OptimizerSpec, { kind: 'adam' | 'adamw' }>): Optimizer {
  const { kind, weightDecay, betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = spec;
  const isDecoupled = kind === 'adamw' && weightDecay !== 0;
  return {
    slots: ['gradient_sum', 'square_sum'],
    scalars: ['stepSize', 'scaledEpsilon', ...(isDecoupled ? ['weightKept'] : [])],
    scalarValues(learningRate, step) {
      const meanPerSum = (1 - beta1) / (1 - beta1 ** step);
      const rootPerRoot = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      const weightKept = 1 - learningRate * weightDecay;
      return [
        (learningRate * meanPerSum) / rootPerRoot,
        epsilon / rootPerRoot,
        ...(isDecoupled ? [weightKept] : []),
      ];
    },
    update(
      onnx,
      weight,
      gradient,
      [sum = '', squares = ''],
      [stepSize = '', scaledEpsilon = '', weightKept],
    ) {
      const added = (old: string, beta: number, value: string) =>
        onnx.node('Add', [onnx.node('Mul', [old, onnx.floats(beta)]), value]);
      const change = isDecoupled ? gradient : decayed(onnx, weight, gradient, weightDecay);
      const newSum = added(sum, beta1, change);
      const newSquares = added(squares, beta2, onnx.node('Mul', [change, change]));
      const scale = onnx.node('Add', [onnx.node('Sqrt', [newSquares]), scaledEpsilon]);
      const direction = onnx.node('Div', [newSum, scale]);
      const kept = weightKept === undefined ? weight : onnx.node('Mul', [weight, weightKept]);
      const updated = onnx.node('Sub', [kept, onnx.node('Mul', [direction, stepSize])]);
      return { weight: updated, slots: [newSum, newSquares] };
    },
  };
}
