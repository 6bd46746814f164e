import { z } from 'zod';
import { Id } from './common.ts';

/** The label of pixels that count nowhere (VOC's object borders, and padding). */
export const IGNORE_LABEL = 255;

/** A natural image with weak labels: which classes it shows, and where a mask exists, which pixels show them. */
export const LabelledImage = z.object({
  id: Id,
  /** Relative to the dataset's root, with forward slashes. */
  path: z.string(),
  /** A palette PNG of class indices, relative to the root; null: there is none. */
  maskPath: z.string().nullable(),
  /** Indices of the classes that it shows, ascending, without the background. */
  labels: z.array(z.int().nonnegative()),
  split: z.enum(['train', 'val']),
  width: z.int(),
  height: z.int(),
});
export type LabelledImage = z.infer<typeof LabelledImage>;
