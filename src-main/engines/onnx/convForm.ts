import type { Conv2d } from '../../graph/ops/conv2d.ts';
import { deviceTraits, type DeviceKind } from './device.ts';
import type { Axis } from './onnxGraph.ts';

/**
 * How a convolution is computed. `direct`: `Conv` on nchw, weights OIHW. `gemm`: a gather of windows and one matrix
 * product on rows, weights [kernel² · in, out].
 */
export type ConvForm = 'direct' | 'gemm';

/** Narrower pixels make the gather copy too few bytes at a time. */
const GATHER_CHANNELS = 16;

/**
 * The one place that chooses; from measurements on the CPU (docs/engine.md). `Conv` is what GPUs are good at, and groups are left to
 * it everywhere.
 */
export function convForm(node: Conv2d, batch: Axis, device: DeviceKind): ConvForm {
  const gathers = deviceTraits[device].gathersWindows && typeof batch === 'number' && node.groups === 1;
  return gathers && node.inChannels >= GATHER_CHANNELS ? 'gemm' : 'direct';
}

/**
 * How the weight gradient of a direct convolution is computed. `product`: one matrix product, or one for each group, of the shifted
 * images with dy. `conv`: one `Conv` of the images with dy as its kernels, which for a few channels (the first layer) is faster.
 */
export function weightGradientForm(node: Conv2d, device: DeviceKind): 'product' | 'conv' {
  const fewChannels = node.groups === 1 && node.inChannels < GATHER_CHANNELS;
  return deviceTraits[device].gathersWindows && fewChannels ? 'conv' : 'product';
}
