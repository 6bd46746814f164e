import type { Split } from '../../contract/values/common.ts';
import type { Dataset } from '../../contract/values/dataset.ts';

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

/** The images of one size. */
export interface ImageGroupRow {
  width: number;
  height: number;
  count: number;
  masks: number;
  duplicates: number;
}

/** How many images of a part show a class. */
export interface LabelRow {
  class_index: number;
  split: Split;
  count: number;
}

/** The patches of one slide. */
export interface SlideRow {
  slide: string;
  patches: number;
  splits: number;
}

const SHOWN_SLIDES = 5;

type Summary = Pick<
  Dataset,
  'content' | 'classes' | 'patches' | 'images' | 'masks' | 'duplicates' | 'sizes' | 'slides'
>;

/** The counts that a dataset of patches shows, from its groups. */
export function summarisePatches(
  classNames: readonly string[],
  groups: readonly GroupRow[],
  slides: readonly SlideRow[],
): Summary {
  const shared = slides.filter(({ splits }) => splits > 1);
  return {
    content: 'patches',
    classes: countedClasses(classNames, groups),
    patches: sum(groups, 'count'),
    images: 0,
    masks: 0,
    duplicates: sum(groups, 'duplicates'),
    sizes: distinctSizes(groups),
    slides:
      slides.length === 0
        ? null
        : {
            count: slides.length,
            unknown: sum(groups, 'count') - sum(slides, 'patches'),
            shared: shared.length,
            examples: shared.slice(0, SHOWN_SLIDES).map(({ slide }) => slide),
          },
  };
}

/** The counts that a dataset of natural images shows. An image counts for each class that it shows. */
export function summariseImages(
  classNames: readonly string[],
  groups: readonly ImageGroupRow[],
  labels: readonly LabelRow[],
): Summary {
  return {
    content: 'images',
    classes: countedClasses(classNames, labels),
    patches: 0,
    images: sum(groups, 'count'),
    masks: sum(groups, 'masks'),
    duplicates: sum(groups, 'duplicates'),
    sizes: distinctSizes(groups),
    slides: null,
  };
}

function countedClasses(
  classNames: readonly string[],
  rows: readonly { class_index: number; split: Split | null; count: number }[],
): Dataset['classes'] {
  const classes = classNames.map((name, index) => ({
    index,
    name,
    counts: { train: 0, val: 0, test: 0, pool: 0 },
  }));
  for (const { class_index, split, count } of rows) {
    const ofClass = classes[class_index];
    if (ofClass) ofClass.counts[split ?? 'pool'] += count;
  }
  return classes;
}

function sum<K extends string>(rows: readonly Record<K, number>[], key: K): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

function distinctSizes(
  groups: readonly { width: number; height: number; count: number }[],
): Dataset['sizes'] {
  const sizes = new Map<string, Dataset['sizes'][number]>();
  for (const { width, height, count } of groups) {
    const key = `${width}x${height}`;
    sizes.set(key, { width, height, count: count + (sizes.get(key)?.count ?? 0) });
  }
  return [...sizes.values()].sort((a, b) => b.count - a.count).slice(0, SHOWN_SIZES);
}
