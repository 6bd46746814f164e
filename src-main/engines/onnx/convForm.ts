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

/** The one place that chooses; from measurements on the CPU (docs/engine.md). `Conv` is what GPUs are good at. */
export function convForm(node: Conv2d, batch: Axis, device: DeviceKind): ConvForm {
  const gathers = deviceTraits[device].gathersWindows && typeof batch === 'number' && node.inChannels >= GATHER_CHANNELS;
  return gathers ? 'gemm' : 'direct';
}

/**
 * How the weight gradient of a direct convolution is computed. `product`: one matrix product of dy with the shifted images.
 * `conv`: one `Conv` of the images with dy as its kernels, which for a few channels (the first layer) is faster.
 */
export function weightGradientForm(node: Conv2d, device: DeviceKind): 'product' | 'conv' {
  return deviceTraits[device].gathersWindows && node.inChannels < GATHER_CHANNELS ? 'conv' : 'product';
}
