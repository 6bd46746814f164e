import type { Split } from '../../contract/values/common.ts';
import type { Dataset, SplitCounts } from '../../contract/values/dataset.ts';

/** The patches of one class, split and size. */
export interface GroupRow {
  class_index: number;
  split: Split | null;
  width: number;
  height: number;
  count: number;
  duplicates: number;
}

const SHOWN_SIZES = 8;

/** The counts that a dataset shows, from its groups. */
export function summarise(
  classNames: readonly string[],
  groups: readonly GroupRow[],
): Pick<Dataset, 'classes' | 'patches' | 'duplicates' | 'sizes'> {
  const counts = classNames.map((): SplitCounts => ({ train: 0, val: 0, test: 0, pool: 0 }));
  const sizes = new Map<string, Dataset['sizes'][number]>();
  let [patches, duplicates] = [0, 0];
  for (const group of groups) {
    const ofClass = counts[group.class_index];
    if (ofClass) ofClass[group.split ?? 'pool'] += group.count;
    const key = `${group.width}x${group.height}`;
    const size = sizes.get(key) ?? { width: group.width, height: group.height, count: 0 };
    sizes.set(key, { ...size, count: size.count + group.count });
    patches += group.count;
    duplicates += group.duplicates;
  }
  return {
    classes: classNames.map((name, index) => ({
      index,
      name,
      counts: counts[index] ?? { train: 0, val: 0, test: 0, pool: 0 },
    })),
    patches,
    duplicates,
    sizes: [...sizes.values()].sort((a, b) => b.count - a.count).slice(0, SHOWN_SIZES),
  };
}
