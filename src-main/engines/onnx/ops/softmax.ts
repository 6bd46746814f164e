import type { Emitter } from './emitter.ts';

/**
 * Over axis 1, which are the channels or features in both layouts. The largest input is subtracted first, so that no exponential
 * overflows. (ONNX Runtime's own `Softmax` is slow on the CPU along any axis but the last.)
 *
 * softmax: dx = y · (dy − Σ dy · y); its logarithm: dx = dy − exp y · Σ dy.
 */
export const softmax: Emitter<'softmax'> = (e, node) => {
  const { onnx } = e;
  const input = node.inputs[0] as string;
  const layout = e.layoutOf(input);
  const x = e.value(input, layout);
  const axis = onnx.ints([1]);
  const shifted = onnx.node('Sub', [x, onnx.node('ReduceMax', [x, axis])]);
  const exponentials = onnx.node('Exp', [shifted]);
  const total = onnx.node('ReduceSum', [exponentials, axis]);
  const y = node.log
    ? onnx.node('Sub', [shifted, onnx.node('Log', [total])])
    : onnx.node('Div', [exponentials, total]);
  e.define(node.name, y, layout);
  return () => {
    const dy = e.gradient(node.name, layout);
    const sum = onnx.node('ReduceSum', [node.log ? dy : onnx.node('Mul', [dy, y]), axis]);
    const gradient = node.log
      ? onnx.node('Sub', [dy, onnx.node('Mul', [onnx.node('Exp', [y]), sum])])
      : onnx.node('Mul', [y, onnx.node('Sub', [dy, sum])]);
    e.addGradient(input, gradient, layout);
  };
};
