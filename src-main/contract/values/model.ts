import { z } from 'zod';
import { Id, Timestamp } from './common.ts';
import { Architecture } from './run.ts';

/** Everything needed to use a classifier on an image; also written into the ONNX file's metadata. */
export const ModelCard = z.object({
  architecture: Architecture,
  width: z.int(),
  classNames: z.array(z.string()).min(2),
  /** Side of the square input, in pixels. */
  imageSize: z.int(),
  /** Side of the field that a patch covered before it was resized to `imageSize`, in pixels of the source. */
  patchSize: z.int(),
  /** Microns per pixel of the source patches; null: not known, then a slide's level 0 is used. */
  mpp: z.number().positive().nullable(),
  /** Per channel (RGB), on values scaled to 0–1. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number(), z.number(), z.number()]),
  synthetic: z.boolean(),
  dataset: z.string(),
  seed: z.int(),
});
export type ModelCard = z.infer<typeof ModelCard>;

export const Model = z.object({
  id: Id,
  name: z.string(),
  /** null: imported from a file. */
  runId: Id.nullable(),
  card: ModelCard,
  bytes: z.int(),
  testAccuracy: z.number().nullable(),
  testN: z.int().nullable(),
  /** Imported ONNX files cannot be trained further. */
  trainable: z.boolean(),
  createdAt: Timestamp,
});
export type Model = z.infer<typeof Model>;
