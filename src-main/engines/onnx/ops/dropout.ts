import type { Emitter } from './emitter.ts';

/** In training the mask is an input of the graph, `dropoutMask`'s. */
export const dropout: Emitter<'dropout'> = (e, node) => {
  const input = node.inputs[0] as string;
  if (!e.training) {
    const layout = e.layoutOf(input);
    e.define(node.name, e.value(input, layout), layout);
    return () => undefined;
  }
  const mask = e.declareMask(node);
  e.define(node.name, e.onnx.node('Mul', [e.value(input, 'nchw'), mask]), 'nchw');
  return () => e.addGradient(input, e.onnx.node('Mul', [e.gradient(node.name, 'nchw'), mask]), 'nchw');
};
