import { z } from 'zod';
import { CutFrom } from './annotations.ts';
import { Id, Split, Timestamp } from './common.ts';
import { BrokenFile, DatasetClass } from './dataset.ts';

/** A patch or image of a dataset as its health report names it. */
export const HealthItem = z.object({
  id: Id,
  /** Relative to the dataset's root, with forward slashes. */
  path: z.string(),
  /** The class of a patch; the classes that an image shows. */
  classes: z.array(z.int().nonnegative()),
  split: Split.nullable(),
  width: z.int(),
  height: z.int(),
  /** Of a patch that was cut from an annotated slide: from which, and where. Absent in other items. */
  cutFrom: CutFrom.optional(),
});
export type HealthItem = z.infer<typeof HealthItem>;

/** Two items that show the same. */
export const DuplicatePair = z.object({
  first: HealthItem,
  second: HealthItem,
  /** The same bytes. */
  exact: z.boolean(),
  /** Bits in which the perceptual hashes differ, of 64; 0 where they are exact. */
  distance: z.int().min(0).max(64),
});
export type DuplicatePair = z.infer<typeof DuplicatePair>;

/** How many pairs. */
const PairCounts = z.object({ exact: z.int(), near: z.int() });

export const HealthHint = z.object({
  /** `warn`: results would be misleading or the data is damaged; `info`: good to know. */
  kind: z.enum(['warn', 'info']),
  /** Sentences: what was found, in units, what it means and what to do. */
  text: z.string(),
});
export type HealthHint = z.infer<typeof HealthHint>;

/** What a check of a dataset found. */
export const DatasetHealth = z.object({
  /** Items whose pixels could be read. */
  read: z.int(),
  hints: z.array(HealthHint),
  duplicates: z.object({
    /** Pairs with one item in one split and one in another. */
    between: PairCounts,
    within: PairCounts,
    /** Of either, pairs whose items have different classes. */
    contradicting: z.int(),
    /** Perceptual hashes up to this distance count as near duplicates. */
    threshold: z.int(),
    /** False where the search stopped because there were too many pairs. */
    complete: z.boolean(),
    /** Between splits first, then the closest; not all where there are many. */
    pairs: z.array(DuplicatePair),
  }),
  classes: z.array(DatasetClass),
  sizes: z.object({
    /** The most frequent one. */
    usual: z.object({ width: z.int(), height: z.int(), count: z.int() }).nullable(),
    outliers: z.int(),
    /** The first few of these. */
    examples: z.array(HealthItem),
  }),
  /** Items without any structure, such as empty glass. */
  blank: z.object({ count: z.int(), examples: z.array(HealthItem) }),
  /** Over all pixels of all items that could be read, on values 0–1; RGB. null: none could. */
  channels: z
    .object({ mean: z.array(z.number()).length(3), std: z.array(z.number()).length(3), pixels: z.number() })
    .nullable(),
  /** Left out by the import. */
  broken: z.int(),
  /** Imported, but no longer readable. */
  unreadable: z.object({ count: z.int(), examples: z.array(BrokenFile) }),
});
export type DatasetHealth = z.infer<typeof DatasetHealth>;

/** A stored report. */
export const HealthReport = z.object({
  datasetId: Id,
  checkedAt: Timestamp,
  /** The dataset has changed since. */
  stale: z.boolean(),
  health: DatasetHealth,
});
export type HealthReport = z.infer<typeof HealthReport>;
