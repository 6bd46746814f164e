import {
  pretrainPreset,
  type PretrainPreset,
  type PretrainPresetName,
  type PretrainValues,
} from '../../src-main/contract/pretrainPresets.ts';
import type { PretrainConfig, PretrainKind } from '../../src-main/contract/values/pretraining.ts';

type Key = keyof PretrainValues;

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The settings that are not the preset's. */
export function changedFrom(preset: PretrainPreset, config: PretrainValues): Key[] {
  return (Object.keys(preset) as Key[]).filter((key) => !isEqual(config[key], preset[key].value));
}

/** The same settings for another kind: those that were the preset's become the preset's for that kind. */
export function withKind(
  config: PretrainConfig,
  name: PretrainPresetName,
  kind: PretrainKind,
): PretrainConfig {
  const [before, after] = [pretrainPreset(name, config.kind), pretrainPreset(name, kind)];
  const changed = new Set(changedFrom(before, config));
  const kept = (Object.keys(after) as Key[]).filter((key) => !changed.has(key));
  const values = Object.fromEntries(kept.map((key) => [key, after[key].value]));
  return structuredClone({ ...config, ...(values as Partial<PretrainValues>), kind });
}
