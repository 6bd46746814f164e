import type { PretrainPreset, PretrainValues, ValueSource } from '../../src-main/contract/pretrainPresets.ts';
import { optimizerText, scheduleText } from '../runs/settings.ts';
import { deviceLabel } from '../train/devices.ts';
import { ARCHITECTURES, nameOf } from '../train/names.ts';
import { count, number } from '../ui/format.ts';

/** Where values are from, in a word beside them and in full. */
export const SOURCES: Readonly<Record<ValueSource, string>> = {
  paper: 'stated by the paper',
  'public trainers': 'from public DeepLabV2 trainers, not stated by the paper',
  ours: 'our own choice',
};

/** Each value as the form and the settings write it. */
export const valueTexts: { readonly [K in keyof PretrainValues]: (value: PretrainValues[K]) => string } = {
  architecture: (value) => nameOf(ARCHITECTURES, value),
  width: (value) => `${value} channels`,
  cropSize: (value) => `${value} px`,
  iterations: count,
  batchSize: count,
  accumulate: (value) => `${value} ${value === 1 ? 'pass' : 'passes'}`,
  optimizer: optimizerText,
  schedule: scheduleText,
  headLearningRateFactor: (value) => `× ${number(value)}`,
  rescale: ([low, high]) => `${number(low)} to ${number(high)}`,
  flip: (value) => (value ? 'yes' : 'no'),
  validateEvery: (value) => `every ${count(value)} iterations`,
  validationImages: (value) => (value === null ? 'all' : count(value)),
  init: (value) => (value.kind === 'random' ? 'random weights' : 'a model'),
  seed: String,
  device: deviceLabel,
};

/** A setting's reason as the form shows it: "321 px: the paper’s crop." with its source. */
export function reasonOf<K extends keyof PretrainValues>(
  preset: PretrainPreset,
  key: K,
): { why: string; source: ValueSource } {
  const { value, why, source } = preset[key];
  return { why: `${valueTexts[key](value as PretrainValues[K])}: ${why}.`, source };
}
