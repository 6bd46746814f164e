import { z } from 'zod';
import { Id, Timestamp } from './common.ts';
import { PretrainMetric, Statement } from './heldOut.ts';
import { Architecture } from './run.ts';

/**
 * What a model is good for. `classifier`: one class per patch; the only kind that classifies slides. `multilabel` and `segmenter`:
 * made by pre-training. `backbone`: weights from elsewhere, without a head that Tessera knows. All of them can be begun from.
 */
export const ModelKind = z.enum(['classifier', 'multilabel', 'segmenter', 'backbone']);
export type ModelKind = z.infer<typeof ModelKind>;

/**
 * How an imported file was checked, besides the names, shapes and values of its tensors. `known answer`: its network says about a test
 * image what the file says it should. `published checksum`: its content is the one that its name promises. `trial`: its network
 * was run once, and there was nothing to compare the result with.
 */
export const ImportCheck = z.object({
  by: z.enum(['known answer', 'published checksum', 'trial']),
  /** What stood before the names of the tensors that were taken, where the file holds something larger; "": nothing. */
  prefix: z.string(),
});
export type ImportCheck = z.infer<typeof ImportCheck>;

/** Everything needed to use a model on an image; also written into its files' metadata. */
export const ModelCard = z.object({
  /** Cards from before there were others are of classifiers. */
  kind: ModelKind.default('classifier'),
  architecture: Architecture,
  width: z.int().positive(),
  /** What the output tells apart; empty for a backbone. */
  classNames: z.array(z.string()),
  /** Side of the square input, in pixels. */
  imageSize: z.int().positive().max(1025),
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
  /** Where it comes from in words, the newest step first; for workspaces that do not have its ancestors. */
  lineage: z.array(z.string()).optional(),
  /**
   * SHA-256 over all weights by torchvision's names, hexadecimal: what the files of one model have in common. Missing where an older
   * Tessera wrote them.
   */
  weightsHash: z.string().optional(),
  /** Of an imported model; not written into files. */
  checked: ImportCheck.optional(),
  /** Of an imported model whose file says how good it is; not written into files (the result itself is). */
  statement: Statement.optional(),
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
  validation: z.object({ metric: PretrainMetric, value: z.number(), n: z.int() }).nullable(),
  /** Whether a training can begin from it. Imported ONNX files cannot be trained further. */
  trainable: z.boolean(),
  createdAt: Timestamp,
});
export type Model = z.infer<typeof Model>;
