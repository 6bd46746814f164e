import { z } from 'zod';

/** How patches are cut from annotated slides. */
export const PatchCutting = z.object({
  /** Side of a patch in its own pixels. */
  patchSize: z.int().min(16).max(2048).default(224),
  /** Microns per pixel of the patches; null: pixels as the slides store them. */
  mpp: z.number().positive().max(100).nullable().default(0.5),
  /** Kept is a patch of which annotations of its class cover at least this share. */
  coverage: z.number().min(0.05).max(1).default(0.75),
  /** Kept is a patch of which at least this share is tissue, or whose class as a whole is glass; 0: glass is kept, too. */
  leastTissue: z.number().min(0).max(1).default(0),
  /** Share of the side that neighbours have in common. */
  overlap: z.number().min(0).max(0.75).default(0),
  /** Microns per pixel of level 0 for slides that do not state theirs; null: such slides are left out. */
  slideMpp: z.number().positive().max(100).nullable().default(null),
  /** Classes of which no patches are wanted. */
  without: z.array(z.string()).default([]),
});
export type PatchCutting = z.infer<typeof PatchCutting>;

/** Where on its slide a patch was cut: a square of level-0 pixels. */
export const PatchPlace = z.object({ x: z.int(), y: z.int(), side: z.int().positive() });
export type PatchPlace = z.infer<typeof PatchPlace>;

/** From which slide a patch was cut, and where. */
export const CutFrom = z.object({ slide: z.string(), place: PatchPlace });
export type CutFrom = z.infer<typeof CutFrom>;

/** A slide with what cutting would make of it. */
export const AnnotatedSlide = z.object({
  /** Relative to what the user pointed at, with forward slashes. */
  slide: z.string(),
  /** Why nothing will be cut from it, as a sentence; null: it will be cut. */
  problem: z.string().nullable(),
  /** Microns per pixel of level 0, the user's where the file states none. */
  mpp: z.number().positive().nullable(),
  /** Patches per class, in the order of the classes. */
  patches: z.array(z.int()),
  /** Squares left out as glass. */
  glass: z.int(),
  /** What was left out of its annotations and why, as sentences. */
  notes: z.array(z.string()),
});
export type AnnotatedSlide = z.infer<typeof AnnotatedSlide>;

/** What cutting would give, before it is done; pixels are read only for the picture, and to tell glass from tissue. */
export const CuttingPreview = z.object({
  /**
   * All annotated classes, also those without patches; in the order of the dataset. `annotations`: their number over all slides;
   * `glass`: squares left out for that.
   */
  classes: z.array(z.object({ name: z.string(), annotations: z.int(), patches: z.int(), glass: z.int() })),
  slides: z.array(AnnotatedSlide),
  /** What the patches will take in the workspace. */
  bytes: z.number(),
  /** Sentences for the user. */
  notes: z.array(z.string()),
  /** The slide that was asked for; null where it cannot be read. */
  picture: z
    .object({
      /** Level-0 pixels, as all lengths here. */
      width: z.int(),
      height: z.int(),
      /** A data URL. */
      thumbnail: z.string(),
      /** Rings of annotations as x, y, x, y …, simplified to what the thumbnail can show. */
      outlines: z.array(z.object({ classIndex: z.int(), rings: z.array(z.array(z.number())) })),
      /** Side of a patch. */
      side: z.int(),
      /** Corners of the kept patches as x, y, x, y …, and the class of each. */
      corners: z.array(z.int()),
      classIndices: z.array(z.int()),
      /** Corners of the squares left out as glass. */
      glass: z.array(z.int()),
    })
    .nullable(),
});
export type CuttingPreview = z.infer<typeof CuttingPreview>;
