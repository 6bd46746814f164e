import type { OnnxGraph, TensorName } from '../onnxGraph.ts';

/** The sum over all axes as a scalar. Rows are summed first: one long float32 sum over a million pixels loses two digits. */
export function sumOfAll(onnx: OnnxGraph, tensor: TensorName): TensorName {
  const rows = onnx.node('ReduceSum', [tensor, onnx.ints([-1])]);
  return onnx.node('ReduceSum', [rows], { keepdims: 0 });
}
