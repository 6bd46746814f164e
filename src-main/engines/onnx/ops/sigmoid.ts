import type { Emitter } from './emitter.ts';

/** With y = σ(x): dx = dy · y · (1 − y). */
export const sigmoid: Emitter<'sigmoid'> = (e, node) => {
  const { onnx } = e;
  const input = node.inputs[0] as string;
  const layout = e.layoutOf(input);
  const y = onnx.node('Sigmoid', [e.value(input, layout)]);
  e.define(node.name, y, layout);
  return () => {
    const slope = onnx.node('Mul', [y, onnx.node('Sub', [onnx.floats(1), y])]);
    e.addGradient(input, onnx.node('Mul', [e.gradient(node.name, layout), slope]), layout);
  };
};
