import { z } from 'zod';
import { Id, Timestamp } from './common.ts';
import { JobStatus } from './job.ts';

export const SlideLevel = z.object({
  width: z.int(),
  height: z.int(),
  tileWidth: z.int(),
  tileHeight: z.int(),
  /** Level-0 pixels per pixel of this level. */
  downsample: z.number(),
});
export type SlideLevel = z.infer<typeof SlideLevel>;

export const Slide = z.object({
  id: Id,
  name: z.string(),
  path: z.string(),
  /** e.g. "Aperio SVS", "Tiled TIFF". */
  format: z.string(),
  width: z.int(),
  height: z.int(),
  /** Microns per pixel of level 0: the user's override, else the file's own, else null. */
  mpp: z.number().positive().nullable(),
  mppSource: z.enum(['file', 'user', 'unknown']),
  /** What the viewer may ask for, finest first; includes levels synthesised below the file's coarsest. */
  levels: z.array(SlideLevel),
  /** Associated images in the file, e.g. "label", "macro". */
  associated: z.array(z.string()),
  synthetic: z.boolean(),
  /** Set when the file is no longer where it was. */
  missing: z.boolean(),
  createdAt: Timestamp,
});
export type Slide = z.infer<typeof Slide>;

/** A slide that was found where its file was moved to, with the others that lay beside it and were found there, too. */
export const FoundSlide = z.object({ slide: Slide, others: z.array(Slide) });
export type FoundSlide = z.infer<typeof FoundSlide>;

/** The grid of patches laid over a slide. Patch (column, row) covers the level-0 square at (column, row) * stride. */
export const PatchGrid = z.object({
  columns: z.int(),
  rows: z.int(),
  /** Level-0 pixels per patch side; a whole number. */
  patchSize: z.int(),
  /** Level-0 pixels between patch origins. */
  stride: z.int(),
});
export type PatchGrid = z.infer<typeof PatchGrid>;

/** Patches that lie on damaged tiles of the file and were left out. */
export const UnreadablePatches = z.object({
  patches: z.int().positive(),
  /** Why the first of them could not be read, to go on in a sentence: "the tile in column 3, row 4 of level 0 is damaged". */
  reason: z.string(),
});
export type UnreadablePatches = z.infer<typeof UnreadablePatches>;

/** One application of a model to a slide. */
export const Prediction = z.object({
  id: Id,
  slideId: Id,
  modelId: Id.nullable(),
  modelName: z.string(),
  classNames: z.array(z.string()),
  synthetic: z.boolean(),
  jobId: Id.nullable(),
  status: JobStatus,
  error: z.string().nullable(),
  /** null until the tissue was found. */
  grid: PatchGrid.nullable(),
  /** Patches on tissue; and how many of them are dealt with: classified, or unreadable. */
  patches: z.int(),
  patchesDone: z.int(),
  /** null: all so far could be read. */
  unreadable: UnreadablePatches.nullable(),
  /** Share of the slide's area that is tissue. */
  tissueFraction: z.number().nullable(),
  patchesPerSecond: z.number().nullable(),
  seconds: z.number().nullable(),
  createdAt: Timestamp,
});
export type Prediction = z.infer<typeof Prediction>;

export const PatchScore = z.object({
  column: z.int(),
  row: z.int(),
  /** Level-0 pixels. */
  x: z.int(),
  y: z.int(),
  size: z.int(),
  scores: z.array(z.number()),
});
export type PatchScore = z.infer<typeof PatchScore>;

export const ExportedFiles = z.object({
  geojson: z.string().optional(),
  csv: z.string().optional(),
  png: z.string().optional(),
});
export type ExportedFiles = z.infer<typeof ExportedFiles>;
