import type { Architecture, Device, Optimizer, Schedule } from '../../src-main/contract/values/run.ts';

/** The choices of the form, as the interface names them. */
export const ARCHITECTURES: { value: Architecture; label: string }[] = [
  { value: 'resnet18', label: 'ResNet-18' },
  { value: 'resnet34', label: 'ResNet-34' },
];

export const OPTIMIZERS: { value: Optimizer['kind']; label: string }[] = [
  { value: 'adam', label: 'Adam' },
  { value: 'sgd', label: 'SGD with momentum' },
];

export const SCHEDULES: { value: Schedule['kind']; label: string }[] = [
  { value: 'constant', label: 'Constant' },
  { value: 'step', label: 'In steps' },
  { value: 'poly', label: 'Polynomial decay' },
];

export const DEVICES: { value: Device; label: string }[] = [
  { value: 'auto', label: 'Fastest found' },
  { value: 'cpu', label: 'CPU' },
  { value: 'webgpu', label: 'GPU (WebGPU)' },
];

/** The reason of a default, as the form shows it: "Default 25: the paper’s middle CRC budget". */
export const because = (value: string | number | null, why: string): string => `Default ${value}: ${why}.`;

/** How a run's device is called: "cpu" → "CPU". */
export const deviceName = (device: string): string => nameOf<string>(DEVICES, device);

/** The label of a choice. */
export function nameOf<V>(items: readonly { value: V; label: string }[], value: V): string {
  return items.find((item) => item.value === value)?.label ?? String(value);
}
