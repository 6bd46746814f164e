import { z } from 'zod';
import { CarriedOver } from './carriedOver.ts';
import { Id, Timestamp } from './common.ts';
import { Architecture, Device, Initialisation, Optimizer, RunStatus, Schedule } from './run.ts';

/**
 * What a backbone is pre-trained on. `segmentation`: DeepLabV2, a class for every pixel. `classification`: a ResNet that says
 * which classes an image shows, any number of them at once (multi-label).
 */
export const PretrainKind = z.enum(['segmentation', 'classification']);
export type PretrainKind = z.infer<typeof PretrainKind>;

/** Everything that decides a pre-training. Two with equal configurations give equal weights. */
export const PretrainConfig = z.object({
  kind: PretrainKind,
  datasetId: Id,
  /** Segmentation takes ResNet-18 or -34. */
  architecture: Architecture,
  /** Channels of the first stage: 64 in the paper's networks. */
  width: z.int().min(4).max(128),
  /** Side of the square random crop, in pixels. */
  cropSize: z.int().min(33).max(1025),
  /** Updates of the weights. */
  iterations: z.int().min(1).max(1_000_000),
  /** Images per forward and backward pass. */
  batchSize: z.int().min(2).max(256),
  /** Passes whose gradients are averaged for one update: a large batch in a small memory. */
  accumulate: z.int().min(1).max(64),
  optimizer: Optimizer,
  schedule: Schedule,
  /** Multiplies the learning rate of the head (what is not carried downstream). */
  headLearningRateFactor: z.number().positive().max(1000),
  /** Factor by which an image is enlarged before the crop, uniform between the two. */
  rescale: z.tuple([z.number().min(0.1).max(4), z.number().min(0.1).max(4)]),
  /** Mirror left to right with probability 0.5. */
  flip: z.boolean(),
  /** Iterations between two validations; there is always one at the end. */
  validateEvery: z.int().positive(),
  /** Images of the validations on the way, drawn once; the final weights are measured on all. null: all, always. */
  validationImages: z.int().positive().nullable(),
  init: Initialisation,
  seed: z.int().min(0).max(4_294_967_295),
  device: Device,
});
export type PretrainConfig = z.infer<typeof PretrainConfig>;

/** One row per iteration (1-based). */
export const PretrainStepRow = z.object({
  iteration: z.int().positive(),
  loss: z.number(),
  /** Of the backbone; the head's is `headLearningRateFactor` times that. */
  learningRate: z.number(),
});
export type PretrainStepRow = z.infer<typeof PretrainStepRow>;

/** One picture of the strip that every validation shows anew: the same validation images each time. */
export const PretrainPicture = z.object({
  imageId: Id,
  /** Classification: a score in 0–1 per class of `classNames`. Segmentation: null; its mask is at `imageRoutes.pretrainingMask`. */
  scores: z.array(z.number()).nullable(),
});
export type PretrainPicture = z.infer<typeof PretrainPicture>;

/** What a validation after some iteration found. */
export const ValidationRow = z.object({
  iteration: z.int().positive(),
  /** Images measured. */
  n: z.int(),
  loss: z.number(),
  /** Segmentation: mean intersection over union. Classification: mean average precision. 0–1. */
  score: z.number(),
  /** The score of each class of `classNames`; null for a class that these images do not show. */
  perClass: z.array(z.number().nullable()),
  /** Segmentation: share of the pixels that are right. */
  pixelAccuracy: z.number().nullable(),
  seconds: z.number(),
  /** True where this became the best so far. */
  best: z.boolean(),
  pictures: z.array(PretrainPicture),
});
export type ValidationRow = z.infer<typeof ValidationRow>;

/** What a finished pre-training found. */
export const PretrainResult = z.object({
  /** Of the final weights on all validation images; null: the dataset has none. */
  validation: ValidationRow.nullable(),
  /** The final weights are those of the best validation; without validation images the last. */
  checkpoint: z.enum(['best', 'last']),
  iteration: z.int().positive(),
  counts: z.object({ train: z.int(), val: z.int() }),
  /** Of the weights that it began from; null: random ones (or an older result, which did not say). */
  carriedOver: CarriedOver.nullable().default(null),
  /** Plain sentences for the user. */
  hints: z.array(z.string()),
  seconds: z.number(),
  /** While training: neither validation nor checkpoints count. */
  imagesPerSecond: z.number(),
  /** Share of the training time in which the engine waited for data. */
  waitFraction: z.number(),
  device: z.string(),
});
export type PretrainResult = z.infer<typeof PretrainResult>;

export const Pretraining = z.object({
  id: Id,
  name: z.string(),
  config: PretrainConfig,
  datasetName: z.string(),
  /** What the network tells apart. Segmentation: the dataset's classes, background first. Classification: without the background. */
  classNames: z.array(z.string()),
  status: RunStatus,
  /** Why it failed. */
  error: z.string().nullable(),
  jobId: Id.nullable(),
  /** What came of it; null: nothing yet, or deleted. */
  modelId: Id.nullable(),
  iterationsDone: z.int(),
  latest: PretrainStepRow.nullable(),
  latestValidation: ValidationRow.nullable(),
  /** Of the validations so far. */
  bestScore: z.number().nullable(),
  result: PretrainResult.nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
});
export type Pretraining = z.infer<typeof Pretraining>;

export const PretrainEstimate = z.object({
  counts: z.object({ train: z.int(), val: z.int() }),
  /** null: nothing was measured on this machine yet. */
  seconds: z.number().nullable(),
  /**
   * What `seconds` rests on. `measured`: real steps of this very network, crop and batch on this machine; `scaled`: the most alike
   * that was measured, by the work per image.
   */
  basis: z.enum(['measured', 'scaled']).nullable(),
  /** One or two sentences for the user, with the basis in words. */
  sentence: z.string(),
  /** Why the pre-training cannot start; null where it can. */
  problem: z.string().nullable(),
});
export type PretrainEstimate = z.infer<typeof PretrainEstimate>;
