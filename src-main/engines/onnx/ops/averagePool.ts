import { imageShape } from '../../../graph/shape.ts';
import { attributes, convTranspose } from './convolution.ts';
import type { Emitter } from './emitter.ts';

/** `AveragePool`; backward each channel's `ConvTranspose` with a kernel of equal shares. */
export const averagePool: Emitter<'averagePool'> = (e, node) => {
  const { onnx } = e;
  const { window } = node;
  const input = node.inputs[0] as string;
  const from = imageShape(e.shape(input), node.name);
  // Opset 18's `AveragePool` has no dilations.
  const { kernel_shape, strides, pads } = attributes(window);
  const options = { kernel_shape, strides, pads, count_include_pad: 1 };
  e.define(node.name, onnx.node('AveragePool', [e.value(input, 'nchw')], options), 'nchw');
  return () => {
    const { channels } = from;
    const taps = window.kernel ** 2;
    const shares = new Array<number>(channels * taps).fill(1 / taps);
    const kernels = onnx.floats(shares, [channels, 1, window.kernel, window.kernel]);
    const depthwise = { window, inChannels: channels, outChannels: channels, groups: channels };
    const sizes = { input: from, output: imageShape(node.shape, node.name) };
    const dy = e.gradient(node.name, 'nchw');
    e.addGradient(input, convTranspose(e, depthwise, dy, kernels, sizes), 'nchw');
  };
};
