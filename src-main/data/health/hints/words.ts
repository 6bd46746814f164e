import { counted } from '../../../base/words.ts';
import type { Split } from '../../../contract/values/common.ts';
import type { DatasetContent } from '../../../contract/values/dataset.ts';
import type { HealthHint } from '../../../contract/values/health.ts';

export const warn = (text: string): HealthHint => ({ kind: 'warn', text });
export const info = (text: string): HealthHint => ({ kind: 'info', text });

export const splitNames: Record<Split, string> = { train: 'training', val: 'validation', test: 'test' };

type Noun = readonly [one: string, many: string];
export const PAIRS: Noun = ['pair', 'pairs'];
export const FILES: Noun = ['file', 'files'];

/** What the items of a dataset are called. */
export const nounOf = (kind: DatasetContent): Noun =>
  kind === 'patches' ? ['patch', 'patches'] : ['image', 'images'];

/** "1 patch", "2,250 patches". */
export const plural = (count: number, noun: Noun): string => counted(count, ...noun);

/** The word that agrees with the number. */
export const agree = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Two significant digits. */
export const trimmed = (value: number): string => String(Number(value.toPrecision(2)));

const NAMED = 4;

/** "A, B and C"; of many names the first few, and how many more. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMED);
  const rest = names.length - shown.length;
  return new Intl.ListFormat('en-GB').format(rest > 0 ? [...shown, `${rest} more`] : shown);
}
