import type { Device } from '../engine.ts';

/** A provider of ONNX Runtime. */
export type DeviceKind = Exclude<Device, 'tensorflow'>;

/** What the compiler has to know of a provider. */
interface DeviceTraits {
  /** Matrix products of gathered windows are faster than `Conv` (docs/engine.md). */
  readonly gathersWindows: boolean;
  /** `MaxPool` gives the places of the largest values, and the device can use them. */
  readonly poolingIndices: boolean;
  /** State stays in the device's memory from step to step; onnxruntime-node can do that for WebGPU only. */
  readonly keepsState: boolean;
}

/**
 * CUDA, DirectML and Core ML get the plainest graph. What they cannot compute of it, ONNX Runtime gives to the CPU, node by node: that
 * shows in their speed; and where a result is wrong, in the self-test.
 */
export const deviceTraits: Readonly<Record<DeviceKind, DeviceTraits>> = {
  cpu: { gathersWindows: true, poolingIndices: true, keepsState: false },
  webgpu: { gathersWindows: false, poolingIndices: false, keepsState: true },
  cuda: { gathersWindows: false, poolingIndices: false, keepsState: false },
  dml: { gathersWindows: false, poolingIndices: false, keepsState: false },
  coreml: { gathersWindows: false, poolingIndices: false, keepsState: false },
};
