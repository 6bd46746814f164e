import type { Clipping } from '../../engine.ts';
import type { OnnxGraph, TensorName } from '../onnxGraph.ts';

/** PyTorch's, against a division by zero. */
const EPSILON = 1e-6;

/** Gradients by the weights' names. */
export type Gradients = ReadonlyMap<string, TensorName>;

/**
 * What the optimizer gets: the mean over the passes whose gradients were summed, clipped. By norm as in `clip_grad_norm_`, which
 * multiplies every gradient by min(1, max / (norm of all + 1e-6)), by value as in `clip_grad_value_`. Both factors are one scalar, so
 * that there is one pass over the weights at most; without passes and clipping there is none.
 */
export function averagedAndClipped(
  onnx: OnnxGraph,
  sums: Gradients,
  passes: number,
  clipping: Clipping | undefined,
): Gradients {
  const each = (change: (gradient: TensorName) => TensorName): Gradients =>
    new Map([...sums].map(([name, gradient]) => [name, change(gradient)]));
  const perPass = onnx.floats(1 / passes);
  const mean = (sum: TensorName) => (passes === 1 ? sum : onnx.node('Mul', [sum, perPass]));
  if (clipping === undefined) return passes === 1 ? sums : each(mean);
  const max = onnx.floats(clipping.max);
  if (clipping.kind === 'value') {
    const min = onnx.floats(-clipping.max);
    return each((sum) => onnx.node('Clip', [mean(sum), min, max]));
  }
  const norm = onnx.node('Add', [mean(normOfAll(onnx, [...sums.values()])), onnx.floats(EPSILON)]);
  const coefficient = onnx.node('Min', [onnx.node('Div', [max, norm]), onnx.floats(1)]);
  const factor = mean(coefficient);
  return each((sum) => onnx.node('Mul', [sum, factor]));
}

/** The 2-norm of all tensors together. Rows are summed first: one long float32 sum would lose digits. */
function normOfAll(onnx: OnnxGraph, tensors: readonly TensorName[]): TensorName {
  const squares = tensors.map((tensor) => {
    const matrix = onnx.node('Reshape', [tensor, onnx.ints([0, -1])]);
    const rows = onnx.node('ReduceSumSquare', [matrix, onnx.ints([1])], { keepdims: 0 });
    return onnx.node('Reshape', [onnx.node('ReduceSum', [rows], { keepdims: 0 }), onnx.ints([1])]);
  });
  const sum = onnx.node('ReduceSum', [onnx.node('Concat', squares, { axis: 0 })], { keepdims: 0 });
  return onnx.node('Sqrt', [sum]);
}
