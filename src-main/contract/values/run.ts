import { z } from 'zod';
import { CutFrom } from './annotations.ts';
import { CarriedOver } from './carriedOver.ts';
import { Id, Split, Timestamp } from './common.ts';

export const Architecture = z.enum(['resnet18', 'resnet34', 'resnet50']);
export type Architecture = z.infer<typeof Architecture>;

/** What networks run on: ONNX Runtime's providers, and `tensorflow` (CUDA through libtensorflow) where that is installed. */
export const ResolvedDevice = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tensorflow']);
export type ResolvedDevice = z.infer<typeof ResolvedDevice>;

/** What finished models run on: TensorFlow only trains. */
export const InferenceDevice = ResolvedDevice.exclude(['tensorflow']);
export type InferenceDevice = z.infer<typeof InferenceDevice>;

/** `auto`: the fastest that was found and passed its self-test. */
export const Device = z.enum(['auto', ...ResolvedDevice.options]);
export type Device = z.infer<typeof Device>;

/** PyTorch's SGD and Adam: weight decay is added to the gradient. */
export const Optimizer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('adam'),
    learningRate: z.number().positive().max(10),
    weightDecay: z.number().nonnegative().max(1).default(0),
  }),
  z.object({
    kind: z.literal('sgd'),
    learningRate: z.number().positive().max(10),
    momentum: z.number().min(0).max(0.999).default(0.9),
    weightDecay: z.number().nonnegative().max(1).default(0),
  }),
]);
export type Optimizer = z.infer<typeof Optimizer>;

/** `step`: times `gamma` after every `everyFraction` of the run. `poly`: (1 - iteration / iterations) ^ power. */
export const Schedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant') }),
  z.object({
    kind: z.literal('step'),
    everyFraction: z.number().positive().max(1).default(0.5),
    gamma: z.number().positive().max(1).default(0.1),
  }),
  z.object({ kind: z.literal('poly'), power: z.number().positive().max(10).default(0.9) }),
]);
export type Schedule = z.infer<typeof Schedule>;

export const Augmentation = z.object({
  /** Horizontal and vertical, each with probability 0.5. */
  flip: z.boolean(),
  /** Uniform in ±degrees, reflected at the border. 180: any angle. */
  rotateDegrees: z.number().min(0).max(180),
  /** Reflect-pad by this many pixels, then crop at random. */
  cropPadding: z.int().min(0).max(128),
  /** Strength of brightness, contrast and saturation (torchvision's ColorJitter). */
  colourJitter: z.number().min(0).max(1),
  /** Strength of the hue's shift, in turns. */
  hueJitter: z.number().min(0).max(0.5),
  /** Zoom uniform in 1 ± this. */
  rescale: z.number().min(0).max(0.9),
});
export type Augmentation = z.infer<typeof Augmentation>;

export const Initialisation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('random') }),
  /** The backbone (all but the classifier) of a model of the workspace. */
  z.object({ kind: z.literal('model'), modelId: Id }),
]);
export type Initialisation = z.infer<typeof Initialisation>;

/** Everything that decides a run. Two runs with equal configurations give equal metrics. */
export const RunConfig = z.object({
  datasetId: Id,
  architecture: Architecture,
  /** Channels of the first stage: 64 in the paper's networks. */
  width: z.int().min(4).max(128),
  /** Side of the square network input, in pixels. */
  imageSize: z.int().min(16).max(512),
  /** Labelled patches per class to train on; null: all there are. */
  perClass: z.int().positive().nullable(),
  /**
   * Labelled patches per class for validation (best checkpoint, curves): from the source's own where it has some, otherwise further ones
   * of those to train on. 0: none.
   */
  validationPerClass: z.int().nonnegative(),
  /** Where the source has no test folder: share of each class held out for the test, as fold 1 of 1/share. */
  testFraction: z.number().min(0).max(0.9),
  /** Whether training, validation and test patches come from different slides; where the slides are known. */
  groupBySlide: z.boolean().default(false),
  epochs: z.int().min(1).max(10_000),
  batchSize: z.int().min(2).max(512),
  optimizer: Optimizer,
  schedule: Schedule,
  augmentation: Augmentation,
  init: Initialisation,
  seed: z.int().min(0).max(4_294_967_295),
  device: Device,
});
export type RunConfig = z.infer<typeof RunConfig>;

/** A class's precision, recall and F1, each 0–1 (0 where undefined, as scikit-learn does). */
export const ClassMetrics = z.object({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  support: z.int(),
});
export type ClassMetrics = z.infer<typeof ClassMetrics>;

export const Metrics = z.object({
  n: z.int(),
  loss: z.number(),
  accuracy: z.number(),
  macroF1: z.number(),
  /** Rows: true class; columns: predicted class; counts. */
  confusion: z.array(z.array(z.int())),
  perClass: z.array(ClassMetrics),
  /** One-vs-rest, macro-averaged over the classes present; null when fewer than two are. */
  rocAuc: z.number().nullable(),
  /** Expected calibration error, 15 equal-width bins. */
  ece: z.number(),
});
export type Metrics = z.infer<typeof Metrics>;

/** Nearest class centroid of 16-bin colour histograms: what stain alone can predict. */
export const Baseline = z.object({
  name: z.string(),
  accuracy: z.number(),
  macroF1: z.number(),
});
export type Baseline = z.infer<typeof Baseline>;

/** One row per optimizer step. */
export const StepRow = z.object({
  step: z.int(),
  epoch: z.int(),
  loss: z.number(),
  learningRate: z.number(),
});
export type StepRow = z.infer<typeof StepRow>;

/** One row per epoch (1-based). */
export const EpochRow = z.object({
  epoch: z.int().positive(),
  step: z.int().nonnegative(),
  trainLoss: z.number(),
  trainAccuracy: z.number(),
  valLoss: z.number().nullable(),
  valAccuracy: z.number().nullable(),
  valMacroF1: z.number().nullable(),
  imagesPerSecond: z.number(),
  /** Share of the epoch in which the engine waited for data. */
  waitFraction: z.number(),
  /** True where this epoch's checkpoint became the best. */
  best: z.boolean(),
});
export type EpochRow = z.infer<typeof EpochRow>;

/** What a finished run found. */
export const RunResult = z.object({
  /** Measured on the test patches with the checkpoint named by `checkpoint`. null: no test patches. */
  test: Metrics.nullable(),
  validation: Metrics.nullable(),
  checkpoint: z.enum(['best', 'last']),
  bestEpoch: z.int().positive(),
  baseline: Baseline.nullable(),
  /** Plain sentences for the user, e.g. that the baseline beats the network. */
  hints: z.array(z.string()),
  counts: z.object({ train: z.int(), val: z.int(), test: z.int() }),
  /** Of the weights that it began from; null: random ones (or an older result, which did not say). */
  carriedOver: CarriedOver.nullable().default(null),
  seconds: z.number(),
  imagesPerSecond: z.number(),
  waitFraction: z.number(),
  device: z.string(),
});
export type RunResult = z.infer<typeof RunResult>;

export const RunStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

export const Run = z.object({
  id: Id,
  name: z.string(),
  config: RunConfig,
  datasetName: z.string(),
  classNames: z.array(z.string()),
  synthetic: z.boolean(),
  status: RunStatus,
  /** Why it failed. */
  error: z.string().nullable(),
  jobId: Id.nullable(),
  modelId: Id.nullable(),
  epochsDone: z.int(),
  /** The newest epoch. */
  latest: EpochRow.nullable(),
  result: RunResult.nullable(),
  createdAt: Timestamp,
  finishedAt: Timestamp.nullable(),
});
export type Run = z.infer<typeof Run>;

/** A patch as a run's network saw it. */
export const PatchPrediction = z.object({
  patchId: Id,
  path: z.string(),
  /** Of a patch that was cut from an annotated slide. */
  cutFrom: CutFrom.optional(),
  split: Split,
  trueClass: z.int(),
  predictedClass: z.int(),
  /** Softmax scores, one per class, summing to 1. */
  scores: z.array(z.number()),
});
export type PatchPrediction = z.infer<typeof PatchPrediction>;
