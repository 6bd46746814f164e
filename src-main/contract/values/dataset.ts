import { z } from 'zod';
import { PatchCutting, PatchPlace } from './annotations.ts';
import { Id, Split, Timestamp } from './common.ts';
import { LabelledImage } from './labelledImage.ts';

/**
 * How a dataset lies on disk. `folder`: one folder per class. `kather`: Kather 2016, `01_TUMOR` … `08_EMPTY`. `voc`: Pascal VOC
 * 2012, `JPEGImages` beside `SegmentationClass` or `Annotations`. `pcam`: PCam's HDF5 files. `annotated`: slides beside QuPath's GeoJSON,
 * from which patches are cut.
 */
export const DatasetLayout = z.enum(['folder', 'kather', 'synthetic', 'voc', 'pcam', 'annotated']);
export type DatasetLayout = z.infer<typeof DatasetLayout>;

/**
 * What a dataset holds. `patches`: one class each, to train classifiers on. `images`: natural images that show several classes, to
 * pre-train on.
 */
export const DatasetContent = z.enum(['patches', 'images']);
export type DatasetContent = z.infer<typeof DatasetContent>;

/** Patches, or images that show a class, per split; `pool` counts those that the source assigns to no split. */
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
  content: DatasetContent,
  /** Absolute folder in which the patches or images lie. For a zip or tar: the workspace folder it was extracted to. */
  root: z.string(),
  /** What the user pointed at: the folder, or the archive. */
  source: z.string(),
  status: z.enum(['importing', 'ready', 'failed']),
  synthetic: z.boolean(),
  /** Microns per pixel of the patches, where known. */
  mpp: z.number().positive().nullable(),
  createdAt: Timestamp,
  /** 1 after the import; each refresh that found changes adds one. */
  revision: z.int().positive(),
  /** The files are no longer where they were: nothing can be trained on them until they are pointed to anew. */
  missing: z.boolean(),
  /** How the patches were cut; null: they were files or arrays of the source. */
  cutting: PatchCutting.nullable(),
  /** Of images: in the order of the masks' indices, a background included, of which no image is counted. */
  classes: z.array(DatasetClass),
  patches: z.int(),
  images: z.int(),
  /** Images with a mask. */
  masks: z.int(),
  broken: z.int(),
  /** Patches or images whose bytes equal those of an earlier one. They stay in the dataset, marked. */
  duplicates: z.int(),
  /** The distinct sizes, most frequent first, at most 8. */
  sizes: z.array(z.object({ width: z.int(), height: z.int(), count: z.int() })),
  /** The slides that patches were cut from; null: known of none. */
  slides: z
    .object({
      /** Distinct ones. */
      count: z.int(),
      /** Patches whose slide is not known. */
      unknown: z.int(),
      /** Slides with patches in more than one of the source's splits. */
      shared: z.int(),
      /** Names of the first few of these. */
      examples: z.array(z.string()),
    })
    .nullable(),
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
  /** The slide that it was cut from; null: not known. */
  slide: z.string().nullable(),
  /** Where on that slide; null: not known. */
  place: PatchPlace.nullable(),
});
export type Patch = z.infer<typeof Patch>;

/** An image of a dataset as the gallery shows it. */
export const DatasetImage = LabelledImage.extend({ duplicateOf: Id.nullable() });
export type DatasetImage = z.infer<typeof DatasetImage>;

export const BrokenFile = z.object({ path: z.string(), reason: z.string() });
export type BrokenFile = z.infer<typeof BrokenFile>;

/** What a refresh found at the source, compared with the revision before. */
export const DatasetChanges = z.object({
  /** The revision that the changes led to; where only slides moved, the one that stayed. */
  revision: z.int().positive(),
  at: Timestamp,
  /** Items that stayed as they were. */
  unchanged: z.int(),
  added: z.int(),
  removed: z.int(),
  /** The same file with other pixels, another label, mask or split. */
  changed: z.int(),
  /** The same pixels under another path (another class folder, say). */
  moved: z.int(),
  /** The first of them, for a list. */
  examples: z.array(
    z.object({
      kind: z.enum(['added', 'removed', 'changed', 'moved']),
      path: z.string(),
      /** Of `moved`: where it was. */
      from: z.string().nullable(),
    }),
  ),
  /**
   * Slides of the workspace whose files moved with the source, and which were pointed to anew along with it: their paths in the new folder,
   * with forward slashes.
   */
  slides: z.array(z.string()).default([]),
});
export type DatasetChanges = z.infer<typeof DatasetChanges>;

/** What a folder or archive looks like before it is imported. */
export const DatasetPreview = z.object({
  layout: DatasetLayout,
  content: DatasetContent,
  suggestedName: z.string(),
  /** `files` null: known once masks and annotations are read. */
  classes: z.array(z.object({ name: z.string(), files: z.int().nullable() })),
  splits: z.array(Split),
  files: z.int(),
  /** Sentences for the user, e.g. on the space that it will take. */
  notes: z.array(z.string()).optional(),
});
export type DatasetPreview = z.infer<typeof DatasetPreview>;
