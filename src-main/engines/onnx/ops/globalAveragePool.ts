import { imageShape } from '../../../graph/shape.ts';
import type { Emitter } from './emitter.ts';

export const globalAveragePool: Emitter<'globalAveragePool'> = (e, node) => {
  const { onnx } = e;
  const input = node.inputs[0] as string;
  const layout = e.layoutOf(input);
  const { channels, height, width } = imageShape(e.shape(input), node.name);
  const x = e.value(input, layout);
  const mean =
    layout === 'rows'
      ? onnx.node(
          'ReduceMean',
          [onnx.node('Reshape', [x, onnx.ints([-1, node.area, channels])]), onnx.ints([1])],
          { keepdims: 0 },
        )
      : onnx.node('ReduceMean', [x, onnx.ints([2, 3])], { keepdims: 0 });
  e.define(node.name, mean, 'nchw');
  return () => {
    const share = onnx.node('Mul', [e.gradient(node.name, 'nchw'), onnx.floats(1 / node.area)]);
    const spread = (thin: number[], full: number[]) =>
      onnx.node('Expand', [onnx.node('Reshape', [share, onnx.ints(thin)]), onnx.ints(full)]);
    const gradient =
      layout === 'rows'
        ? onnx.node('Reshape', [
            spread([-1, 1, channels], [e.batchSize, node.area, channels]),
            onnx.ints([-1, channels]),
          ])
        : spread([-1, channels, 1, 1], [e.batchSize, channels, height, width]);
    e.addGradient(input, gradient, layout);
  };
};
