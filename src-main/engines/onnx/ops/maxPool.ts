import { elements, imageShape } from '../../../graph/shape.ts';
import type { MaxPool } from '../../../graph/ops/maxPool.ts';
import type { Emission } from '../emission.ts';
import { deviceTraits } from '../device.ts';
import type { TensorName } from '../onnxGraph.ts';
import { attributes, conv, convTranspose } from './convolution.ts';
import type { Emitter } from './emitter.ts';

export const maxPool: Emitter<'maxPool'> = (e, node) => {
  const input = node.inputs[0] as string;
  const x = e.value(input, 'nchw');
  if (!e.training || !deviceTraits[e.device].poolingIndices) {
    const output = e.onnx.node('MaxPool', [x], attributes(node.window));
    e.define(node.name, output, 'nchw');
    return () =>
      e.addGradient(input, byComparison(e, node, x, output, e.gradient(node.name, 'nchw')), 'nchw');
  }
  const [output, indices] = e.onnx.nodes('MaxPool', [x], attributes(node.window), 2) as [string, string];
  e.define(node.name, output, 'nchw');
  return () => e.addGradient(input, byIndices(e, node, indices, e.gradient(node.name, 'nchw')), 'nchw');
};

/** Adds each gradient at the place that `MaxPool` says was the largest, the first of equals, as PyTorch does. */
function byIndices(e: Emission, node: MaxPool, indices: TensorName, dy: TensorName): TensorName {
  const { onnx } = e;
  const input = e.shape(node.inputs[0] as string);
  const flat = (tensor: TensorName) => onnx.node('Reshape', [tensor, onnx.ints([-1])]);
  const zeros = onnx.node('ConstantOfShape', [onnx.ints([e.batchSize * elements(input)])]);
  const summed = onnx.node('ScatterElements', [zeros, flat(indices), flat(dy)], { reduction: 'add' });
  return onnx.node('Reshape', [summed, onnx.ints([-1, ...input])]);
}

/**
 * WebGPU's `MaxPool` gives no indices. A grouped convolution with one-hot kernels unfolds the windows, the taps equal to
 * the maximum share the gradient, and the transposed convolution adds them up where they came from.
 */
function byComparison(
  e: Emission,
  node: MaxPool,
  x: TensorName,
  output: TensorName,
  dy: TensorName,
): TensorName {
  const { onnx } = e;
  const sizes = {
    input: imageShape(e.shape(node.inputs[0] as string), node.name),
    output: imageShape(node.shape, node.name),
  };
  const { channels, height, width } = sizes.output;
  const taps = node.window.kernel ** 2;
  const area = height * width;
  const unfold = {
    window: node.window,
    inChannels: channels,
    outChannels: channels * taps,
    groups: channels,
  };
  const kernels = oneHotKernels(e, channels, node.window.kernel);
  const unfolded = onnx.node('Reshape', [
    conv(e, unfold, x, [kernels]),
    onnx.ints([-1, channels, taps, area]),
  ]);
  const perWindow = (tensor: TensorName) =>
    onnx.node('Reshape', [tensor, onnx.ints([-1, channels, 1, area])]);
  const isLargest = onnx.node('Cast', [onnx.node('Equal', [unfolded, perWindow(output)])], { to: 1 });
  const equals = onnx.node('ReduceSum', [isLargest, onnx.ints([2])], { keepdims: 1 });
  const share = onnx.node('Div', [perWindow(dy), equals]);
  const shares = onnx.node('Reshape', [
    onnx.node('Mul', [isLargest, share]),
    onnx.ints([-1, channels * taps, height, width]),
  ]);
  return convTranspose(e, unfold, shares, kernels, sizes);
}

/** For each channel kernel² kernels, of which the i-th picks the i-th pixel of the window: [channels · kernel², 1, kernel, kernel]. */
function oneHotKernels(e: Emission, channels: number, kernel: number): TensorName {
  const taps = kernel * kernel;
  const values = Array.from({ length: channels * taps * taps }, (_, i) =>
    Math.floor(i / taps) % taps === i % taps ? 1 : 0,
  );
  return e.onnx.floats(values, [channels * taps, 1, kernel, kernel]);
}
