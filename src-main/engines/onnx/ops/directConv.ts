import { imageShape } from '../../../graph/shape.ts';
import type { Conv2d } from '../../../graph/ops/conv2d.ts';
import { weightGradientForm } from '../convForm.ts';
import type { Emission } from '../emission.ts';
import type { TensorName } from '../onnxGraph.ts';
import { conv, convTranspose } from './convolution.ts';
import type { Emitter } from './emitter.ts';

/** A convolution as `Conv` on nchw with weights OIHW. */
export const directConv: Emitter<'conv2d'> = (e, node) => {
  const input = node.inputs[0] as string;
  const weight = `${node.name}.weight`;
  const bias = node.bias ? [`${node.name}.bias`] : [];
  const x = e.value(input, 'nchw');
  e.define(node.name, conv(e, node, x, [weight, ...bias]), 'nchw');
  return () => {
    const dy = e.gradient(node.name, 'nchw');
    if (e.learns(weight)) e.weightGradients.set(weight, weightGradient(e, node, x, dy));
    if (node.bias && e.learns(`${node.name}.bias`))
      e.weightGradients.set(
        `${node.name}.bias`,
        e.onnx.node('ReduceSum', [dy, e.onnx.ints([0, 2, 3])], { keepdims: 0 }),
      );
    if (e.needsGradient(input)) e.addGradient(input, inputGradient(e, node, weight, dy), 'nchw');
  };
};

/** dW[o, c, tap] = Σ dy[n, o, pixel] · x[n, c, pixel moved by tap], for the channels c of the group of o. */
function weightGradient(e: Emission, node: Conv2d, x: TensorName, dy: TensorName): TensorName {
  return weightGradientForm(node, e.device) === 'conv'
    ? gradientAsConv(e, node, channelsFirst(e, x), channelsFirst(e, dy))
    : gradientAsProduct(e, node, channelsFirst(e, x), dy);
}

function channelsFirst(e: Emission, tensor: TensorName): TensorName {
  return e.onnx.node('Transpose', [tensor], { perm: [1, 0, 2, 3] });
}

/** `Conv` with the channels as its batch, the batch as its channels and dy as its kernels; stride and dilation change places. */
function gradientAsConv(e: Emission, node: Conv2d, x: TensorName, dy: TensorName): TensorName {
  const { onnx } = e;
  const { kernel, stride, padding, dilation } = node.window;
  const input = imageShape(e.shape(node.inputs[0] as string), node.name);
  const output = imageShape(node.shape, node.name);
  // How far beyond the input the last tap reads; pixels that no tap read are negative and give results to be cut off.
  const beyond = (inputSide: number, outputSide: number) =>
    dilation * (kernel - 1) + stride * (outputSide - 1) + 1 - inputSide - padding;
  const [bottom, right] = [beyond(input.height, output.height), beyond(input.width, output.width)];
  const product = onnx.node('Conv', [x, dy], {
    kernel_shape: [output.height, output.width],
    strides: [dilation, dilation],
    dilations: [stride, stride],
    pads: [padding, padding, Math.max(bottom, 0), Math.max(right, 0)],
  });
  const cut = Math.min(bottom, right) < 0 ? firstTaps(e, product, kernel) : product;
  return onnx.node('Transpose', [cut], { perm: [1, 0, 2, 3] });
}

function firstTaps(e: Emission, tensor: TensorName, kernel: number): TensorName {
  const range = [
    [0, 0],
    [kernel, kernel],
    [2, 3],
  ].map((list) => e.onnx.ints(list));
  return e.onnx.node('Slice', [tensor, ...range]);
}

/**
 * One matrix product for each group: the shifted images, which lie one above another as [kernel² · in, batch · pixels], times dy as
 * rows of pixels.
 */
function gradientAsProduct(e: Emission, node: Conv2d, x: TensorName, dy: TensorName): TensorName {
  const { onnx } = e;
  const { groups, window } = node;
  const [inputs, outputs] = [node.inChannels / groups, node.outChannels / groups];
  const taps = window.kernel ** 2;
  const pixels = onnx.node('Reshape', [dy, onnx.ints([e.batchSize, groups, outputs, -1])]);
  const byPixel = onnx.node('Transpose', [pixels], { perm: [1, 0, 3, 2] });
  const rows = onnx.node('Reshape', [byPixel, onnx.ints([groups, -1, outputs])]);
  const shifted = shiftedImages(e, node, x).map((image) =>
    onnx.node('Reshape', [image, onnx.ints([groups, inputs, -1])]),
  );
  const columns = shifted.length > 1 ? onnx.node('Concat', shifted, { axis: 1 }) : (shifted[0] as TensorName);
  const product = onnx.node('MatMul', [columns, rows]);
  const byTap = onnx.node('Reshape', [product, onnx.ints([groups, taps, inputs, outputs])]);
  const byOutput = onnx.node('Transpose', [byTap], { perm: [0, 3, 2, 1] });
  return onnx.node('Reshape', [
    byOutput,
    onnx.ints([node.outChannels, inputs, window.kernel, window.kernel]),
  ]);
}

/** For each tap the pixels that it sees, [C, N, H', W']. */
function shiftedImages(e: Emission, node: Conv2d, x: TensorName): TensorName[] {
  const { onnx } = e;
  const { kernel, stride, padding, dilation } = node.window;
  const { height, width } = imageShape(node.shape, node.name);
  const border = [0, 0, padding, padding];
  const padded = padding > 0 ? onnx.node('Pad', [x, onnx.ints([...border, ...border])]) : x;
  const taps = Array.from({ length: kernel }, (_, i) => i * dilation);
  return taps.flatMap((top) =>
    taps.map((left) => {
      const [bottom, right] = [top + (height - 1) * stride + 1, left + (width - 1) * stride + 1];
      const [from, to, axes, steps] = [
        [top, left],
        [bottom, right],
        [2, 3],
        [stride, stride],
      ];
      return onnx.node('Slice', [padded, ...[from, to, axes, steps].map((list) => onnx.ints(list))]);
    }),
  );
}

/** At stride 1 a `Conv` of dy with the weights turned by 180° and in and out exchanged; otherwise `ConvTranspose`. */
function inputGradient(e: Emission, node: Conv2d, weight: TensorName, dy: TensorName): TensorName {
  const { kernel, stride, padding, dilation } = node.window;
  const turnedPadding = dilation * (kernel - 1) - padding;
  if (stride === 1 && turnedPadding >= 0) {
    const turned = {
      window: { ...node.window, padding: turnedPadding },
      inChannels: node.outChannels,
      outChannels: node.inChannels,
      groups: node.groups,
    };
    return conv(e, turned, dy, [turnedWeights(e, node, weight)]);
  }
  const input = imageShape(e.shape(node.inputs[0] as string), node.name);
  return convTranspose(e, node, dy, weight, { input, output: imageShape(node.shape, node.name) });
}

function turnedWeights(e: Emission, node: Conv2d, weight: TensorName): TensorName {
  const { onnx } = e;
  const { groups, window } = node;
  const [inputs, outputs] = [node.inChannels / groups, node.outChannels / groups];
  const taps = window.kernel ** 2;
  const flat = onnx.node('Reshape', [weight, onnx.ints([groups, outputs, inputs, taps])]);
  const backwards = onnx.int32s(
    Array.from({ length: taps }, (_, tap) => taps - 1 - tap),
    [taps],
  );
  const turned = taps > 1 ? onnx.node('Gather', [flat, backwards], { axis: 3 }) : flat;
  const exchanged = onnx.node('Transpose', [turned], { perm: [0, 2, 1, 3] });
  return onnx.node('Reshape', [
    exchanged,
    onnx.ints([node.inChannels, outputs, window.kernel, window.kernel]),
  ]);
}
