import { imageShape } from '../../../graph/shape.ts';
import type { Conv2d } from '../../../graph/ops/conv2d.ts';
import type { Emission } from '../emission.ts';
import { gatherPixels, joinChunks, splitLike } from '../gather.ts';
import type { TensorName } from '../onnxGraph.ts';
import { readingPixels, readingPlaces, windowPixels, type WindowGeometry } from '../windows.ts';
import type { Emitter } from './emitter.ts';

/**
 * A convolution on rows: the windows are gathered into matrices [some outputs, kernel² · in] and multiplied by the weights
 * [kernel² · in, out]. The backward pass needs no other layout: dW = windowsᵀ · dy comes out as the weights lie.
 */
export const gemmConv: Emitter<'conv2d'> = (e, node) => {
  const { onnx } = e;
  const input = node.inputs[0] as string;
  const [weight, bias] = [`${node.name}.weight`, `${node.name}.bias`];
  const product = forward(e, node, e.value(input, 'rows'), weight);
  e.define(node.name, node.bias ? onnx.node('Add', [product, bias]) : product, 'rows');
  return () => {
    const dy = e.gradient(node.name, 'rows');
    if (e.learns(weight)) e.weightGradients.set(weight, weightGradient(e, node, e.value(input, 'rows'), dy));
    if (node.bias && e.learns(bias))
      e.weightGradients.set(bias, onnx.node('ReduceSum', [dy, onnx.ints([0])], { keepdims: 0 }));
    if (e.needsGradient(input)) e.addGradient(input, inputGradient(e, node, weight, dy), 'rows');
  };
};

function geometryOf(e: Emission, node: Conv2d): WindowGeometry {
  const input = imageShape(e.shape(node.inputs[0] as string), node.name);
  return { input, output: imageShape(node.shape, node.name), window: node.window };
}

/** Whether each window is just its own pixel. */
function isPointwise({ window: { kernel, stride, padding } }: Conv2d): boolean {
  return kernel === 1 && stride === 1 && padding === 0;
}

function forward(e: Emission, node: Conv2d, x: TensorName, weight: TensorName): TensorName {
  if (isPointwise(node)) return e.onnx.node('MatMul', [x, weight]);
  const windows = gatherPixels(e, x, node.inChannels, windowPixels(geometryOf(e, node)));
  return joinChunks(e, windows, node.outChannels, ({ tensor }) => e.onnx.node('MatMul', [tensor, weight]));
}

/**
 * windowsᵀ · dy. The windows are gathered once more: to keep them from the forward pass would take nine times the memory of the
 * feature maps, and to read them back from there takes as long.
 */
function weightGradient(e: Emission, node: Conv2d, x: TensorName, dy: TensorName): TensorName {
  const { onnx } = e;
  const { inChannels, outChannels } = node;
  if (isPointwise(node)) return onnx.node('Gemm', [x, dy], { transA: 1 });
  const windows = gatherPixels(e, x, inChannels, windowPixels(geometryOf(e, node)));
  const parts = splitLike(e, windows, dy, outChannels);
  let sum: TensorName[] = [];
  for (const [i, { tensor }] of windows.entries())
    sum = [onnx.node('Gemm', [tensor, parts[i] as TensorName, ...sum], { transA: 1 })];
  return sum[0] as TensorName;
}

/**
 * At stride 1, and with more pixels than channels: the windows of dy, gathered backwards, times the weights [in, kernel² · out].
 * A larger stride would gather mostly zeros, and for few pixels the weights would be turned in vain: there the product
 * dy · Wᵀ [outputs, kernel² · in] comes first, and each input pixel sums the places that read it.
 */
function inputGradient(e: Emission, node: Conv2d, weight: TensorName, dy: TensorName): TensorName {
  const { onnx } = e;
  const { inChannels, outChannels } = node;
  const { kernel, stride } = node.window;
  const taps = kernel * kernel;
  const geometry = geometryOf(e, node);
  const manyPixels = e.batchSize * geometry.input.height * geometry.input.width > outChannels;
  if (stride === 1 && manyPixels && !isPointwise(node)) {
    const byTap = onnx.node('Reshape', [weight, onnx.ints([taps, inChannels, outChannels])]);
    // Whole rows move here; turning the matrix itself is left to the product, which does it on the way.
    const byInput = onnx.node('Transpose', [byTap], { perm: [1, 0, 2] });
    const matrix = onnx.node('Reshape', [byInput, onnx.ints([inChannels, taps * outChannels])]);
    const windows = gatherPixels(e, dy, outChannels, readingPixels(geometry));
    return joinChunks(e, windows, inChannels, ({ tensor }) =>
      onnx.node('Gemm', [tensor, matrix], { transB: 1 }),
    );
  }
  const products = onnx.node('Gemm', [dy, weight], { transB: 1 });
  if (isPointwise(node)) return products;
  const places = onnx.node('Reshape', [products, onnx.ints([-1, inChannels])]);
  const { pixels, columns } = readingPlaces(geometry);
  const gathered = gatherPixels(e, places, inChannels, { pixels, columns });
  return joinChunks(e, gathered, inChannels, ({ tensor }) => {
    if (columns === 1) return tensor;
    const separate = onnx.node('Reshape', [tensor, onnx.ints([-1, columns, inChannels])]);
    return onnx.node('ReduceSum', [separate, onnx.ints([1])], { keepdims: 0 });
  });
}
