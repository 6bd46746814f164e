import { z } from 'zod';
import { Id, Timestamp } from './common.ts';
import { Architecture } from './run.ts';

/**
 * What a model is good for. `classifier`: one class per patch; the only kind that classifies slides. `multilabel` and `segmenter`:
 * made by pre-training. `backbone`: weights from elsewhere, without a head that Tessera knows. All of them can be begun from.
 */
export const ModelKind = z.enum(['classifier', 'multilabel', 'segmenter', 'backbone']);
export type ModelKind = z.infer<typeof ModelKind>;

/** Everything needed to use a model on an image; also written into its files' metadata. */
export const ModelCard = z.object({
  /** Cards from before there were others are of classifiers. */
  kind: ModelKind.default('classifier'),
  architecture: Architecture,
  width: z.int(),
  /** What the output tells apart; empty for a backbone. */
  classNames: z.array(z.string()),
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
  /** The run or the pre-training that it came of; both null: imported from a file, or deleted. */
  runId: Id.nullable(),
  pretrainingId: Id.nullable(),
  /** The model that its training began from; null: random weights, or not known. */
  init: z.object({ id: Id, name: z.string() }).nullable(),
  /** The file it was imported from. */
  source: z.string().nullable(),
  card: ModelCard,
  bytes: z.int(),
  testAccuracy: z.number().nullable(),
  testN: z.int().nullable(),
  /** Of a pre-training: the score on the validation images and their number. null: not measured. */
  validation: z.object({ metric: z.enum(['mIoU', 'mAP']), value: z.number(), n: z.int() }).nullable(),
  /** Whether a training can begin from it. Imported ONNX files cannot be trained further. */
  trainable: z.boolean(),
  createdAt: Timestamp,
});
export type Model = z.infer<typeof Model>;
