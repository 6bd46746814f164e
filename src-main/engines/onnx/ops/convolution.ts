import type { Window } from '../../../graph/shape.ts';
import type { Emission } from '../emission.ts';
import type { OnnxGraph, TensorName } from '../onnxGraph.ts';
import type { WindowGeometry } from '../windows.ts';

/*
 * `Conv` and `ConvTranspose`, led around what ONNX Runtime 1.30 computes wrongly on WebGPU: there it takes channels as vectors, of
 * lengths that do not divide them.
 * - `Conv` in groups of more than four outputs: wrong where their number is no multiple of four.
 * - `Conv` without groups: wrong where the input channels are a multiple of three (but three) and not of four, as 21 classes are.
 * - `ConvTranspose` in groups with one output each: wrong where the number of inputs of a group is even.
 */

export interface Convolution {
  readonly window: Window;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Attributes of `Conv`, `ConvTranspose` and `MaxPool` for a square window. */
export function attributes({ kernel, stride, padding, dilation }: Window) {
  return {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    dilations: [dilation, dilation],
  };
}

/**
 * `Conv` of x [N, in, H, W].
 * @param weights [out, in / groups, kernel, kernel], and the bias [out] where there is one
 */
export function conv(
  e: Emission,
  shape: Convolution,
  x: TensorName,
  weights: readonly TensorName[],
): TensorName {
  const { onnx } = e;
  const { inChannels, outChannels, groups } = shape;
  const options = { ...attributes(shape.window), group: groups };
  const perGroup = outChannels / groups;
  if (mayRunOnWebgpu(e) && groups > 1 && perGroup > 4 && perGroup % 4 !== 0) {
    // Each group repeats its first output until their number is a multiple of four; then the repeated ones are left out.
    const filled = Math.ceil(perGroup / 4) * 4;
    const outputs = range(groups * filled).map(
      (i) => Math.floor(i / filled) * perGroup + (i % filled < perGroup ? i % filled : 0),
    );
    const kept = range(outChannels).map((i) => Math.floor(i / perGroup) * filled + (i % perGroup));
    const repeated = weights.map((tensor) => pick(onnx, tensor, outputs, 0));
    return pick(onnx, onnx.node('Conv', [x, ...repeated], options), kept, 1);
  }
  if (mayRunOnWebgpu(e) && groups === 1 && inChannels > 3 && inChannels % 3 === 0 && inChannels % 4 !== 0) {
    const missing = 4 - (inChannels % 4);
    const [weight, ...bias] = weights as [TensorName, ...TensorName[]];
    const [images, kernels] = [x, weight].map((tensor) => withZeroChannels(onnx, tensor, missing)) as [
      string,
      string,
    ];
    return onnx.node('Conv', [images, kernels, ...bias], options);
  }
  return onnx.node('Conv', [x, ...weights], options);
}

/**
 * The gradient of `conv` with respect to its input: `ConvTranspose` of dy [N, out, H', W'].
 * @param weight of the convolution, [out, in / groups, kernel, kernel]
 * @param sizes of the convolution's input and output
 */
export function convTranspose(
  e: Emission,
  shape: Convolution,
  dy: TensorName,
  weight: TensorName,
  sizes: Pick<WindowGeometry, 'input' | 'output'>,
): TensorName {
  const { onnx } = e;
  const { inChannels, outChannels, groups } = shape;
  const { kernel, stride, padding, dilation } = shape.window;
  // Pixels at the far edges that no window reached: they are left out unless told.
  const unreached = (input: number, output: number) =>
    input + 2 * padding - dilation * (kernel - 1) - 1 - (output - 1) * stride;
  const { input, output } = sizes;
  const options = {
    ...attributes(shape.window),
    group: groups,
    output_padding: [unreached(input.height, output.height), unreached(input.width, output.width)],
  };
  if (mayRunOnWebgpu(e) && groups > 1 && inChannels === groups && (outChannels / groups) % 2 === 0) {
    // Every channel is computed twice, since groups with a single one are mixed up.
    const twice = onnx.node('Concat', [weight, weight], { axis: 1 });
    const first = range(groups).map((i) => 2 * i);
    return pick(onnx, onnx.node('ConvTranspose', [dy, twice], options), first, 1);
  }
  return onnx.node('ConvTranspose', [dy, weight], options);
}

/** An exported model, of any batch size, is opened on whatever device there is. */
function mayRunOnWebgpu({ device, batch }: Emission): boolean {
  return device === 'webgpu' || typeof batch === 'string';
}

function withZeroChannels(onnx: OnnxGraph, tensor: TensorName, count: number): TensorName {
  return onnx.node('Pad', [tensor, onnx.ints([0, 0, 0, 0, 0, count, 0, 0])]);
}

function pick(onnx: OnnxGraph, tensor: TensorName, indices: readonly number[], axis: number): TensorName {
  return onnx.node('Gather', [tensor, onnx.int32s(indices, [indices.length])], { axis });
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
