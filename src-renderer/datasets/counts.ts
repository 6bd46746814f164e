import type { SplitCounts } from '../../src-main/contract/values/dataset.ts';

/** The parts of a dataset as the interface names them, in the order of the bars. */
export const SPLITS = [
  { key: 'train', label: 'train', opacity: 1 },
  { key: 'val', label: 'val', opacity: 0.75 },
  { key: 'test', label: 'test', opacity: 0.5 },
  { key: 'pool', label: 'not assigned', opacity: 0.9 },
] as const satisfies { key: keyof SplitCounts; label: string; opacity: number }[];

/** Patches of a class over all splits. */
export const totalOf = (counts: SplitCounts): number => counts.train + counts.val + counts.test + counts.pool;
