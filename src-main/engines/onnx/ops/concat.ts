import type { Emitter } from './emitter.ts';

/** `Concat` forward and `Split` backward. Channels, or features, are axis 1 in both layouts. */
export const concat: Emitter<'concat'> = (e, node) => {
  const { onnx } = e;
  const layout = e.layoutOf(node.inputs[0] as string);
  const values = node.inputs.map((input) => e.value(input, layout));
  e.define(node.name, onnx.node('Concat', values, { axis: 1 }), layout);
  return () => {
    const channels = onnx.ints(node.inputs.map((input) => e.shape(input)[0] ?? 0));
    const shares = onnx.nodes('Split', [e.gradient(node.name, layout), channels], { axis: 1 }, values.length);
    for (const [i, input] of node.inputs.entries())
      if (e.needsGradient(input)) e.addGradient(input, shares[i] as string, layout);
  };
};
