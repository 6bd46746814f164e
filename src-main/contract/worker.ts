import { z } from 'zod';
import { Id, Split } from './values/common.ts';
import { BrokenFile, DatasetLayout } from './values/dataset.ts';
import { BenchRow, Provider } from './values/hardware.ts';
import type { Progress } from './values/job.ts';
import { ModelCard } from './values/model.ts';
import { EpochRow, InferenceDevice, RunConfig, RunResult, StepRow } from './values/run.ts';
import { ExportedFiles, PatchGrid, SlideLevel } from './values/slide.ts';

/*
 * What the backend says to a worker process and what the worker answers. A worker never opens the database: its
 * specification carries every value that it needs, and the backend stores what it reports. Messages travel over
 * Node's IPC with structured cloning, so typed arrays pass as they are.
 */

/** A patch of a training specification. */
export const SpecPatch = z.object({ id: Id, path: z.string(), classIndex: z.int() });
export type SpecPatch = z.infer<typeof SpecPatch>;

/** A patch found by an import; `path` is relative to the dataset's root, with forward slashes. */
export const FoundPatch = z.object({
  path: z.string(),
  classIndex: z.int(),
  split: Split.nullable(),
  width: z.int(),
  height: z.int(),
  /** SHA-256 of the file's bytes, hexadecimal. */
  sha256: z.string(),
});
export type FoundPatch = z.infer<typeof FoundPatch>;

export const ImportSpec = z.object({
  path: z.string(),
  layout: DatasetLayout.nullable(),
  /** Workspace folder that receives the files of a zip. */
  extractTo: z.string(),
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
  /** Go on from the last checkpoint in `folder` when there is one. */
  resume: z.boolean(),
});
export type TrainSpec = z.infer<typeof TrainSpec>;

export const PredictSpec = z.object({
  slidePath: z.string(),
  /** The user's microns per pixel of level 0; null: the file's own. */
  mpp: z.number().nullable(),
  modelFile: z.string(),
  card: ModelCard,
  /** `auto` is resolved before a worker starts. */
  device: InferenceDevice,
  /** The grid of an interrupted prediction, and how many of its patches are stored already. */
  resume: z.object({ grid: PatchGrid, done: z.int() }).nullable(),
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
  classIndex: z.int().nullable(),
  files: ExportedFiles,
});
export type ExportSpec = z.infer<typeof ExportSpec>;

export const BenchSpec = z.object({ withPeer: z.boolean(), seconds: z.number() });
export type BenchSpec = z.infer<typeof BenchSpec>;

/** One entry per kind of worker: its specification, the events it reports on the way, and its result. */
export const workerKinds = {
  import: {
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
      z.object({ type: z.literal('broken'), files: z.array(BrokenFile) }),
    ]),
    result: z.object({ patches: z.int(), broken: z.int() }),
  },
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
  predict: {
    spec: PredictSpec,
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('grid'), grid: PatchGrid, patches: z.int(), tissueFraction: z.number() }),
      z.object({
        type: z.literal('scores'),
        /** Position of the first of these patches in grid order (row-major over tissue patches). */
        start: z.int(),
        columns: z.instanceof(Int32Array),
        rows: z.instanceof(Int32Array),
        /** [patches, classes], row-major. */
        scores: z.instanceof(Float32Array),
      }),
    ]),
    result: z.object({ patches: z.int(), seconds: z.number(), patchesPerSecond: z.number() }),
  },
  export: { spec: ExportSpec, event: z.never(), result: ExportedFiles },
  bench: { spec: BenchSpec, event: z.never(), result: z.array(BenchRow) },
  /** Not a job: finds the execution providers in a process that may crash. */
  probe: { spec: z.object({}), event: z.never(), result: z.array(Provider) },
  /** Not a job: reads the card that Tessera wrote into an ONNX file. */
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
