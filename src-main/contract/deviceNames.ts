import type { Device } from './values/run.ts';

/** What each device is called in a sentence or a list. */
export const deviceNames: Readonly<Record<Device, string>> = {
  auto: 'the fastest found',
  cpu: 'the processor (CPU)',
  webgpu: 'the graphics card (WebGPU)',
  cuda: 'the NVIDIA card (CUDA)',
  dml: 'the graphics card (DirectML)',
  coreml: 'the Apple chip (Core ML)',
  tensorflow: 'the NVIDIA card (TensorFlow)',
};

/** The same at the beginning of a line: "Processor (CPU)". */
export function deviceTitle(device: Device): string {
  const name = deviceNames[device].replace(/^the /, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
