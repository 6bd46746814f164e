import type { Tensor, TensorFlow } from '../tensorflow.ts';

/** What one update of one weight knows besides the weight. */
export interface UpdateSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** 1, 2, … */
  readonly step: number;
}

/** How a weight changes, with PyTorch's semantics. */
export interface Optimizer {
  /** Tensors like the weight that are kept for each; they begin as zeros. The ONNX engine's, so that a run can go on there. */
  readonly slots: readonly string[];
  /** The new weight and its new slots, in the order above. */
  update(
    weight: Tensor,
    gradient: Tensor,
    slots: readonly Tensor[],
    settings: UpdateSettings,
  ): { weight: Tensor; slots: readonly Tensor[] };
}

/** PyTorch's L2 penalty: the gradient plus weightDecay · weight. */
export function penalised(tf: TensorFlow, weight: Tensor, gradient: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
}
