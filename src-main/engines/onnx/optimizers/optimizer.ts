import type { OnnxGraph, TensorName } from '../onnxGraph.ts';

/** An optimizer as ONNX nodes: what it remembers of each weight, and how it changes one. */
export interface Optimizer {
  /** Tensors like the weight that it keeps for each; they begin as zeros. */
  readonly slots: readonly string[];
  /** Names of its scalar inputs, e.g. the learning rate. */
  readonly scalars: readonly string[];
  /** Values of the scalars in step `step` (1, 2, …). */
  scalarValues(learningRate: number, step: number): readonly number[];
  /** New value of the weight and of its slots. `scalars` and `slots` in the order above. */
  update(
    onnx: OnnxGraph,
    weight: TensorName,
    gradient: TensorName,
    slots: readonly TensorName[],
    scalars: readonly TensorName[],
  ): { weight: TensorName; slots: readonly TensorName[] };
}

/** PyTorch's L2 penalty: the gradient plus weightDecay · weight. */
export function decayed(
  onnx: OnnxGraph,
  weight: TensorName,
  gradient: TensorName,
  weightDecay: number,
): TensorName {
  if (weightDecay === 0) return gradient;
  return onnx.node('Add', [gradient, onnx.node('Mul', [weight, onnx.floats(weightDecay)])]);
}
