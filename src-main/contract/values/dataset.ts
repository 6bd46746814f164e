import { z } from 'zod';
import { Id, Split, Timestamp } from './common.ts';

/** How a dataset lies on disk. `folder`: one folder per class. `kather`: Kather 2016, `01_TUMOR` … `08_EMPTY`. */
export const DatasetLayout = z.enum(['folder', 'kather', 'synthetic']);
export type DatasetLayout = z.infer<typeof DatasetLayout>;

/** Patches per split; `pool` counts those that the source assigns to no split. */
export const SplitCounts = z.object({
  train: z.int(),
  val: z.int(),
  test: z.int(),
  pool: z.int(),
});
export type SplitCounts = z.infer<typeof SplitCounts>;

export const DatasetClass = z.object({
  /** Position in the dataset's class list: the target index of the classifier. */
  index: z.int().nonnegative(),
  name: z.string(),
  counts: SplitCounts,
});
export type DatasetClass = z.infer<typeof DatasetClass>;

export const Dataset = z.object({
  id: Id,
  name: z.string(),
  layout: DatasetLayout,
  /** Absolute folder in which the patches lie. For a zip: the workspace folder it was extracted to. */
  root: z.string(),
  /** What the user pointed at: the folder, or the zip. */
  source: z.string(),
  status: z.enum(['importing', 'ready', 'failed']),
  synthetic: z.boolean(),
  /** Microns per pixel of the patches, where known. */
  mpp: z.number().positive().nullable(),
  createdAt: Timestamp,
  classes: z.array(DatasetClass),
  patches: z.int(),
  broken: z.int(),
  /** Patches whose bytes equal those of an earlier patch. They stay in the dataset, marked. */
  duplicates: z.int(),
  /** The distinct patch sizes, most frequent first, at most 8. */
  sizes: z.array(z.object({ width: z.int(), height: z.int(), count: z.int() })),
});
export type Dataset = z.infer<typeof Dataset>;

export const Patch = z.object({
  id: Id,
  /** Relative to the dataset's root, with forward slashes. */
  path: z.string(),
  classIndex: z.int().nonnegative(),
  split: Split.nullable(),
  width: z.int(),
  height: z.int(),
  duplicateOf: Id.nullable(),
});
export type Patch = z.infer<typeof Patch>;

export const BrokenFile = z.object({ path: z.string(), reason: z.string() });
export type BrokenFile = z.infer<typeof BrokenFile>;

/** What a folder or zip looks like before it is imported. */
export const DatasetPreview = z.object({
  layout: DatasetLayout,
  suggestedName: z.string(),
  classes: z.array(z.object({ name: z.string(), files: z.int() })),
  splits: z.array(Split),
  files: z.int(),
});
export type DatasetPreview = z.infer<typeof DatasetPreview>;
