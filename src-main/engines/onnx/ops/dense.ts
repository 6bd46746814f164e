import type { Emitter } from './emitter.ts';

/** One `Gemm` forward; the three products of the backward pass are `Gemm`s with transposed operands. */
export const dense: Emitter<'dense'> = (e, node) => {
  const { onnx } = e;
  const input = node.inputs[0] as string;
  const [weight, bias] = [`${node.name}.weight`, `${node.name}.bias`];
  const x = e.value(input, 'nchw');
  e.define(node.name, onnx.node('Gemm', [x, weight, bias], { transB: 1 }), 'nchw');
  return () => {
    const dy = e.gradient(node.name, 'nchw');
    if (e.learns(weight)) e.weightGradients.set(weight, onnx.node('Gemm', [dy, x], { transA: 1 }));
    if (e.learns(bias))
      e.weightGradients.set(bias, onnx.node('ReduceSum', [dy, onnx.ints([0])], { keepdims: 0 }));
    if (e.needsGradient(input)) e.addGradient(input, onnx.node('MatMul', [dy, weight]), 'nchw');
  };
};
