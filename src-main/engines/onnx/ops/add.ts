import type { Emitter } from './emitter.ts';

/** `Add` of two values; `Sum` of more, which reads each of them once. */
export const add: Emitter<'add'> = (e, node) => {
  const layout = e.layoutOf(node.inputs[0] as string);
  const values = node.inputs.map((input) => e.value(input, layout));
  e.define(node.name, e.onnx.node(values.length === 2 ? 'Add' : 'Sum', values), layout);
  return () => {
    const gradient = e.gradient(node.name, layout);
    for (const input of node.inputs) if (e.needsGradient(input)) e.addGradient(input, gradient, layout);
  };
};
