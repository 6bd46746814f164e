import type { Emitter } from './emitter.ts';

export const relu: Emitter<'relu'> = (e, node) => {
  const input = node.inputs[0] as string;
  const layout = e.layoutOf(input);
  const output = e.onnx.node('Relu', [e.value(input, layout)]);
  e.define(node.name, output, layout);
  return () => {
    const passes = e.onnx.node('Greater', [output, e.onnx.floats(0)]);
    const gradient = e.onnx.node('Where', [passes, e.gradient(node.name, layout), e.onnx.floats(0)]);
    e.addGradient(input, gradient, layout);
  };
};
