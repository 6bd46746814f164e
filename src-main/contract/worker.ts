import { z } from 'zod';
import { CuttingPreview, PatchCutting, PatchPlace } from './values/annotations.ts';
import { Id, Split } from './values/common.ts';
import { BrokenFile, DatasetClass, DatasetContent, DatasetLayout } from './values/dataset.ts';
import { DownloadFile } from './values/download.ts';
import { BenchRow, Provider } from './values/hardware.ts';
import { DatasetHealth, HealthItem } from './values/health.ts';
import type { Progress } from './values/job.ts';
import { LabelledImage } from './values/labelledImage.ts';
import { ModelCard } from './values/model.ts';
import { PretrainConfig, PretrainResult, PretrainStepRow, ValidationRow } from './values/pretraining.ts';
import { EpochRow, InferenceDevice, ResolvedDevice, RunConfig, RunResult, StepRow } from './values/run.ts';
import { ExportedFiles, PatchGrid, SlideLevel, UnreadablePatches } from './values/slide.ts';

/*
 * What the backend says to a worker process and what the worker answers. A worker never opens the database: its
 * specification carries every value that it needs, and the backend stores what it reports. Messages travel over
 * Node's IPC with structured cloning, so typed arrays pass as they are.
 */

/** What is on record of a file that is learnt from, or of a patch that lies in a pack. */
export const RecordedContent = z.object({
  /** SHA-256 of the file's bytes, or of the patch's pixels, hexadecimal. */
  sha256: z.string(),
  /** Of the file when it had that content (`traceOf`): while it is the same, nobody has to look. null: not known. */
  trace: z.string().nullable(),
});
export type RecordedContent = z.infer<typeof RecordedContent>;

/** A patch of a training specification. Without `content` it lies in a pack of Tessera's own, where nothing changes. */
export const SpecPatch = z.object({
  id: Id,
  path: z.string(),
  classIndex: z.int(),
  content: RecordedContent.optional(),
});
export type SpecPatch = z.infer<typeof SpecPatch>;

/** An image of a pre-training's specification. Without `maskContent` its mask is not learnt from, or an old import did not hash it. */
export const SpecImage = LabelledImage.extend({
  content: RecordedContent.optional(),
  maskContent: RecordedContent.optional(),
});
export type SpecImage = z.infer<typeof SpecImage>;

/** A patch found by an import; `path` is relative to the dataset's root, with forward slashes. */
export const FoundPatch = z.object({
  path: z.string(),
  classIndex: z.int(),
  split: Split.nullable(),
  width: z.int(),
  height: z.int(),
  /** SHA-256 of the file's bytes, or of the pixels where it is no file of its own, hexadecimal. */
  sha256: z.string(),
  /** Of the file, where it is not Tessera's own; see `RecordedContent`. */
  trace: z.string().nullable().optional(),
  /** The slide that it was cut from, where known. */
  slide: z.string().nullable().optional(),
  /** Where on that slide, where known. */
  place: PatchPlace.nullable().optional(),
});
export type FoundPatch = z.infer<typeof FoundPatch>;

/** A natural image found by an import; see `LabelledImage`. */
export const FoundImage = LabelledImage.omit({ id: true }).extend({
  /** SHA-256 of the image file's bytes, hexadecimal. */
  sha256: z.string(),
  /** Of the mask file's; null: there is none. */
  maskSha256: z.string().nullable(),
  /** Of both files; see `RecordedContent`. */
  trace: z.string().nullable().optional(),
  maskTrace: z.string().nullable().optional(),
});
export type FoundImage = z.infer<typeof FoundImage>;

export const ImportSpec = z.object({
  path: z.string(),
  layout: DatasetLayout.nullable(),
  /** Workspace folder that receives what is unpacked, copied or cut. */
  extractTo: z.string(),
  /** Of annotated slides: where their annotations lie, null: beside them; and how they are cut. */
  annotations: z.string().nullable(),
  cutting: PatchCutting.nullable(),
});
export type ImportSpec = z.infer<typeof ImportSpec>;

export const SynthesizeSpec = z.object({
  datasetFolder: z.string(),
  slidePath: z.string(),
  seed: z.int(),
  trainPerClass: z.int(),
  testPerClass: z.int(),
  patchSize: z.int(),
  slideSide: z.int(),
});
export type SynthesizeSpec = z.infer<typeof SynthesizeSpec>;

export const TrainSpec = z.object({
  /**
   * Absolute; the finished model is kept here, and checkpoints in its folder `checkpoints`, which whoever stores the
   * result removes afterwards.
   */
  folder: z.string(),
  config: RunConfig,
  /** Absolute; the patches' paths are relative to it. */
  root: z.string(),
  classNames: z.array(z.string()),
  train: z.array(SpecPatch),
  val: z.array(SpecPatch),
  test: z.array(SpecPatch),
  /** safetensors file whose backbone is carried over; null: random weights. */
  initFile: z.string().nullable(),
  dataset: z.object({
    name: z.string(),
    mpp: z.number().nullable(),
    synthetic: z.boolean(),
    patchSize: z.int(),
  }),
  /** Goes into the model's card. */
  lineage: ModelCard.shape.lineage,
  /** Go on from the last checkpoint in `folder` when there is one. */
  resume: z.boolean(),
});
export type TrainSpec = z.infer<typeof TrainSpec>;

export const PretrainSpec = z.object({
  /**
   * Absolute; the finished model is kept here, checkpoints in its folder `checkpoints`, which whoever stores the result removes
   * afterwards, and predicted masks in `pictures`.
   */
  folder: z.string(),
  config: PretrainConfig,
  /** Finished networks run here: TensorFlow only trains. */
  validationDevice: InferenceDevice,
  /** Absolute; the images' and masks' paths are relative to it. */
  root: z.string(),
  /** The dataset's, background first. */
  classNames: z.array(z.string()),
  train: z.array(SpecImage),
  val: z.array(SpecImage),
  /** safetensors file whose backbone is carried over; null: random weights. */
  initFile: z.string().nullable(),
  dataset: z.object({ name: z.string(), synthetic: z.boolean() }),
  /** Goes into the model's card. */
  lineage: ModelCard.shape.lineage,
  /** Go on from the last checkpoint in `folder` when there is one. */
  resume: z.boolean(),
});
export type PretrainSpec = z.infer<typeof PretrainSpec>;

export const PredictSpec = z.object({
  slidePath: z.string(),
  /** The user's microns per pixel of level 0; null: the file's own. */
  mpp: z.number().nullable(),
  modelFile: z.string(),
  card: ModelCard,
  /** `auto` is resolved before a worker starts. */
  device: InferenceDevice,
  /** An interrupted prediction: its grid and tissue patches, how many of them are dealt with, and how many of these could not be read. */
  resume: z
    .object({ grid: PatchGrid, patches: z.int(), done: z.int(), unreadable: UnreadablePatches.nullable() })
    .nullable(),
});
export type PredictSpec = z.infer<typeof PredictSpec>;

export const ExportSpec = z.object({
  slide: z.object({ name: z.string(), width: z.int(), height: z.int(), mpp: z.number().nullable() }),
  model: z.object({ name: z.string(), synthetic: z.boolean() }),
  classNames: z.array(z.string()),
  grid: PatchGrid,
  /** Of the scored patches, in grid order. */
  columns: z.instanceof(Int32Array),
  rows: z.instanceof(Int32Array),
  /** [patches, classes], row-major. */
  scores: z.instanceof(Float32Array),
  /** Patches that have no score because they could not be read. */
  unreadable: UnreadablePatches.nullable(),
  classIndex: z.int().nullable(),
  files: ExportedFiles,
});
export type ExportSpec = z.infer<typeof ExportSpec>;

export const BenchSpec = z.object({
  /** Names of `benchWorks`. */
  works: z.array(z.string()),
  /** Whether PyTorch is measured too, where it is installed. */
  withPeer: z.boolean(),
  /** Devices, and what the rows call them. */
  training: z.object({ id: ResolvedDevice, name: z.string() }),
  inference: z.object({ id: InferenceDevice, name: z.string() }),
  /** Of either side; null: as many as the processor runs at a time. */
  threads: z.int().positive().nullable(),
  /** Each side of each work is measured so often, */
  rounds: z.int().positive(),
  /** and each time, after a warm-up, for at least so many steps and so many seconds. */
  steps: z.int().positive(),
  seconds: z.number().nonnegative(),
});
export type BenchSpec = z.infer<typeof BenchSpec>;

export const DownloadSpec = z.object({
  /** Absolute; made where it is not there. */
  folder: z.string(),
  files: z.array(DownloadFile),
});
export type DownloadSpec = z.infer<typeof DownloadSpec>;

export const HealthSpec = z.object({
  kind: DatasetContent,
  /** Files that the import left out. */
  broken: z.int(),
  /** Absolute; the items' paths are relative to it. */
  root: z.string(),
  /** All but the background. */
  classes: z.array(DatasetClass),
  /** `duplicateOf`: the earlier item with the same bytes. */
  items: z.array(HealthItem.extend({ duplicateOf: Id.nullable() })),
});
export type HealthSpec = z.infer<typeof HealthSpec>;

/** What an import, first or repeated, tells. */
const importing = {
  spec: ImportSpec,
  event: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('layout'),
      layout: DatasetLayout,
      root: z.string(),
      classNames: z.array(z.string()),
      mpp: z.number().nullable(),
    }),
    z.object({ type: z.literal('patches'), patches: z.array(FoundPatch) }),
    z.object({ type: z.literal('images'), images: z.array(FoundImage) }),
    z.object({ type: z.literal('broken'), files: z.array(BrokenFile) }),
  ]),
  /** `patches`: the patches, or images, that could be read. */
  result: z.object({ patches: z.int(), broken: z.int() }),
};

/** Files that were touched or copied since they were looked at, and hold what is on record: the traces that they have now. */
export const Retraced = z.object({
  type: z.literal('retraced'),
  /** Of patches and images, */
  items: z.array(z.object({ id: Id, trace: z.string() })),
  /** and of images' masks. */
  masks: z.array(z.object({ id: Id, trace: z.string() })),
});
export type Retraced = z.infer<typeof Retraced>;

/** One entry per kind of worker: its specification, the events it reports on the way, and its result. */
export const workerKinds = {
  import: importing,
  /** Reads a dataset's source again. */
  refresh: importing,
  synthesize: {
    spec: SynthesizeSpec,
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('dataset'), classNames: z.array(z.string()), mpp: z.number() }),
      z.object({ type: z.literal('patches'), patches: z.array(FoundPatch) }),
      z.object({
        type: z.literal('slide'),
        format: z.string(),
        width: z.int(),
        height: z.int(),
        mpp: z.number(),
        levels: z.array(SlideLevel),
      }),
    ]),
    result: z.object({}),
  },
  train: {
    spec: TrainSpec,
    event: z.discriminatedUnion('type', [
      Retraced,
      z.object({ type: z.literal('steps'), steps: z.array(StepRow) }),
      z.object({ type: z.literal('epoch'), epoch: EpochRow }),
      z.object({
        type: z.literal('predictions'),
        split: Split,
        /** [patches], [patches], [patches, classes] */
        patchIds: z.array(Id),
        trueClasses: z.array(z.int()),
        scores: z.instanceof(Float32Array),
      }),
    ]),
    result: z.object({
      result: RunResult,
      card: ModelCard,
      /** Absolute paths of the finished model. */
      onnx: z.string(),
      safetensors: z.string(),
    }),
  },
  pretrain: {
    spec: PretrainSpec,
    event: z.discriminatedUnion('type', [
      Retraced,
      z.object({ type: z.literal('steps'), steps: z.array(PretrainStepRow) }),
      /** Its pictures' masks are written. */
      z.object({ type: z.literal('validation'), validation: ValidationRow }),
    ]),
    result: z.object({
      result: PretrainResult,
      card: ModelCard,
      /** Absolute paths of the finished model. */
      onnx: z.string(),
      safetensors: z.string(),
    }),
  },
  /** Not a job: takes a few steps of a pre-training to find out how long it will take. */
  timePretraining: {
    spec: PretrainSpec.omit({ folder: true, resume: true, initFile: true, dataset: true, lineage: true }),
    event: z.never(),
    result: z.object({ secondsPerIteration: z.number(), secondsPerValidationImage: z.number() }),
  },
  predict: {
    spec: PredictSpec,
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('grid'), grid: PatchGrid, patches: z.int(), tissueFraction: z.number() }),
      z.object({
        type: z.literal('scores'),
        /** How many patches were classified before these; they follow in grid order (row-major over tissue patches). */
        start: z.int(),
        columns: z.instanceof(Int32Array),
        rows: z.instanceof(Int32Array),
        /** [patches, classes], row-major. */
        scores: z.instanceof(Float32Array),
        /** Tissue patches dealt with up to here, and those of them that could not be read. */
        done: z.int(),
        unreadable: UnreadablePatches.nullable(),
      }),
    ]),
    result: z.object({ patches: z.int(), seconds: z.number(), patchesPerSecond: z.number() }),
  },
  export: { spec: ExportSpec, event: z.never(), result: ExportedFiles },
  download: { spec: DownloadSpec, event: z.never(), result: z.object({ files: z.int(), bytes: z.number() }) },
  health: { spec: HealthSpec, event: z.never(), result: DatasetHealth },
  bench: { spec: BenchSpec, event: z.never(), result: z.array(BenchRow) },
  /** Not a job: tests one provider, in a process that may crash. */
  probe: { spec: z.object({ device: ResolvedDevice }), event: z.never(), result: Provider },
  /** Not a job: takes in a file of weights, which is not to be trusted with the backend. */
  importWeights: {
    spec: z.object({
      file: z.string(),
      /** Absolute; receives `model.safetensors`, and of a whole model `model.onnx`. */
      folder: z.string(),
    }),
    event: z.never(),
    result: z.object({ card: ModelCard }),
  },
  /** Not a job: looks at annotated slides, whose annotations may be of any size. */
  previewCutting: {
    spec: z.object({
      path: z.string(),
      annotations: z.string().nullable(),
      cutting: PatchCutting,
      slide: z.int(),
      /** Where the tissue found on slides is kept for the next preview. */
      tissueFolder: z.string(),
    }),
    event: z.never(),
    result: CuttingPreview,
  },
  /** Not a job: reads the card that Tessera wrote into an ONNX file, and runs its network once. */
  inspectModel: {
    spec: z.object({ path: z.string() }),
    event: z.never(),
    result: z.object({ card: ModelCard }),
  },
} as const;

export type WorkerKind = keyof typeof workerKinds;
export type WorkerSpec<K extends WorkerKind> = z.infer<(typeof workerKinds)[K]['spec']>;
export type WorkerEvent<K extends WorkerKind> = z.infer<(typeof workerKinds)[K]['event']>;
export type WorkerResult<K extends WorkerKind> = z.infer<(typeof workerKinds)[K]['result']>;

/** Backend → worker. After `cancel` a worker stops at the next safe point and answers `cancelled`. */
export type ToWorker<K extends WorkerKind = WorkerKind> =
  { type: 'start'; kind: K; spec: WorkerSpec<K> } | { type: 'cancel' };

/** Worker → backend. The last message is `done`, `failed` or `cancelled`; then the process exits. */
export type FromWorker<K extends WorkerKind = WorkerKind> =
  | { type: 'progress'; progress: Progress }
  | { type: 'event'; event: WorkerEvent<K> }
  | { type: 'done'; result: WorkerResult<K> }
  | { type: 'cancelled' }
  | { type: 'failed'; message: string; details: string | null };

/** What a worker's task gets to work with; the process entry supplies it, tests supply an in-memory one. */
export interface WorkerContext<K extends WorkerKind> {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  event(event: WorkerEvent<K>): void;
}

/** A task: one function from specification to result. Throws the signal's reason when cancelled. */
export type WorkerTask<K extends WorkerKind> = (
  spec: WorkerSpec<K>,
  context: WorkerContext<K>,
) => Promise<WorkerResult<K>>;
