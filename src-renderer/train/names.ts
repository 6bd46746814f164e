import type { Architecture, Optimizer, Schedule } from '../../src-main/contract/values/run.ts';

/** The choices of the form, as the interface names them. */
export const ARCHITECTURES: { value: Architecture; label: string }[] = [
  { value: 'resnet18', label: 'ResNet-18' },
  { value: 'resnet34', label: 'ResNet-34' },
  { value: 'resnet50', label: 'ResNet-50' },
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

/** The reason of a default, as the form shows it: "Default 25: the paper’s middle CRC budget". */
export const because = (value: string | number | null, why: string): string => `Default ${value}: ${why}.`;

/** The label of a choice. */
export function nameOf<V>(items: readonly { value: V; label: string }[], value: V): string {
  return items.find((item) => item.value === value)?.label ?? String(value);
}
