import type { Emitter } from './emitter.ts';

export const add: Emitter<'add'> = (e, node) => {
  const [a, b] = node.inputs as [string, string];
  const layout = e.layoutOf(a);
  e.define(node.name, e.onnx.node('Add', [e.value(a, layout), e.value(b, layout)]), layout);
  return () => {
    const gradient = e.gradient(node.name, layout);
    e.addGradient(a, gradient, layout);
    e.addGradient(b, gradient, layout);
  };
};
