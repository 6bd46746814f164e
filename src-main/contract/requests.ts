import { z } from 'zod';
import { CuttingPreview, PatchCutting } from './values/annotations.ts';
import { Id, Page, Split } from './values/common.ts';
import {
  BrokenFile,
  Dataset,
  DatasetChanges,
  DatasetImage,
  DatasetLayout,
  DatasetPreview,
  Patch,
} from './values/dataset.ts';
import { DownloadOffer } from './values/download.ts';
import { BenchRow, Hardware } from './values/hardware.ts';
import { HealthReport } from './values/health.ts';
import { Job } from './values/job.ts';
import { Model } from './values/model.ts';
import {
  PretrainConfig,
  PretrainEstimate,
  PretrainStepRow,
  Pretraining,
  ValidationRow,
} from './values/pretraining.ts';
import { Device, EpochRow, PatchPrediction, Run, RunConfig, StepRow } from './values/run.ts';
import { ExportedFiles, FoundSlide, PatchScore, Prediction, Slide } from './values/slide.ts';
import { FileEntry, RecentWorkspace, Workspace } from './values/workspace.ts';

const nothing = z.object({});
const byId = z.object({ id: Id });
const absolutePath = z.string().min(1).max(4096);
const name = z.string().trim().min(1).max(200);

/**
 * Every request that the renderer and the command line may make: its input, validated where it arrives, and its output.
 * Client, handler table and routes are derived from this table; a missing handler does not compile.
 */
export const requests = {
  'app.info': {
    input: nothing,
    output: z.object({ version: z.string(), researchUseAccepted: z.boolean(), home: z.string() }),
  },
  'app.acceptResearchUse': { input: nothing, output: nothing },

  'workspace.current': { input: nothing, output: Workspace.nullable() },
  'workspace.recent': { input: nothing, output: z.array(RecentWorkspace) },
  /** Opens a workspace; with `create`, makes the folder (which must be empty or new) into one. */
  'workspace.open': {
    input: z.object({ path: absolutePath, create: z.boolean().default(false) }),
    output: Workspace,
  },
  'workspace.close': { input: nothing, output: nothing },
  'files.list': {
    input: z.object({ path: absolutePath.nullable() }),
    output: z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(FileEntry) }),
  },

  'datasets.preview': {
    input: z.object({ path: absolutePath, annotations: absolutePath.nullable().default(null) }),
    output: DatasetPreview,
  },
  /** What cutting patches from annotated slides would give, with a picture of one of them. Nothing is kept. */
  'datasets.previewCutting': {
    input: z.object({
      path: absolutePath,
      annotations: absolutePath.nullable().default(null),
      cutting: PatchCutting,
      /** Which of the slides is drawn, by its position in the preview. */
      slide: z.int().nonnegative().default(0),
    }),
    output: CuttingPreview,
  },
  /** A path that a dataset was imported from, with the same layout and cutting, is refused: that dataset can be refreshed. */
  'datasets.import': {
    input: z.object({
      path: absolutePath,
      name,
      /** null: recognised from the folder. */
      layout: DatasetLayout.exclude(['synthetic']).nullable().default(null),
      /** Microns per pixel of the patches; null: not known (Kather's layout knows its own). */
      mpp: z.number().positive().max(100).nullable().default(null),
      /** The folder or file of QuPath's GeoJSON, where it does not lie beside the slides. */
      annotations: absolutePath.nullable().default(null),
      /** Of annotated slides; null: the defaults. */
      cutting: PatchCutting.nullable().default(null),
    }),
    output: z.object({ dataset: Dataset, job: Job }),
  },
  /**
   * Queues a job that reads the source again and finds what changed; with `path`, there from now on (a folder that was moved). Runs keep
   * the patches that they were trained on.
   */
  'datasets.refresh': {
    input: z.object({ id: Id, path: absolutePath.nullable().default(null) }),
    output: Job,
  },
  /** What the last refresh that found something changed; null: nothing ever did. */
  'datasets.changes': { input: byId, output: DatasetChanges.nullable() },
  /** Microns per pixel of the patches; null: not known. */
  'datasets.setMpp': {
    input: z.object({ id: Id, mpp: z.number().positive().max(100).nullable() }),
    output: Dataset,
  },
  'datasets.list': { input: nothing, output: z.array(Dataset) },
  'datasets.get': { input: byId, output: Dataset },
  'datasets.rename': { input: z.object({ id: Id, name }), output: Dataset },
  /** Forgets the dataset; files outside the workspace stay. Refused while a run uses it. */
  'datasets.delete': { input: byId, output: nothing },
  'datasets.patches': {
    input: z.object({
      id: Id,
      classIndex: z.int().nonnegative().nullable().default(null),
      split: Split.or(z.literal('pool')).nullable().default(null),
      duplicatesOnly: z.boolean().default(false),
      ...Page.shape,
    }),
    output: z.object({ total: z.int(), patches: z.array(Patch) }),
  },
  /** Of a dataset of natural images. */
  'datasets.images': {
    input: z.object({
      id: Id,
      /** Only images that show this class. */
      classIndex: z.int().nonnegative().nullable().default(null),
      split: Split.extract(['train', 'val']).nullable().default(null),
      duplicatesOnly: z.boolean().default(false),
      ...Page.shape,
    }),
    output: z.object({ total: z.int(), images: z.array(DatasetImage) }),
  },
  'datasets.broken': { input: byId, output: z.array(BrokenFile) },
  /** What the latest check of the dataset found; null: it was not checked yet. */
  'datasets.health': { input: byId, output: HealthReport.nullable() },
  /** Queues a check; answers the job that waits or runs where there is one. */
  'datasets.checkHealth': { input: byId, output: Job },

  /** The public datasets that can be downloaded, and how things stand with them. Nothing is fetched for this. */
  'downloads.catalogue': {
    input: z.object({
      /** Where they would go, each into a folder of its own; null: into the workspace. */
      folder: absolutePath.nullable().default(null),
    }),
    output: z.array(DownloadOffer),
  },
  /** Queues a download, and at its end the import where one is wanted. Goes on with what an earlier attempt left in the folder. */
  'downloads.start': {
    input: z.object({
      /** As in `DownloadEntry.id`. */
      entry: z.string().min(1).max(100),
      folder: absolutePath.nullable().default(null),
      import: z.boolean().default(true),
    }),
    output: Job,
  },

  /** Draws the subset, stores the run and queues its job. */
  'runs.create': { input: z.object({ name: name.nullable().default(null), config: RunConfig }), output: Run },
  /** What pressing the button will do, without doing it. */
  'runs.estimate': {
    input: z.object({ config: RunConfig }),
    output: z.object({
      counts: z.object({ train: z.int(), val: z.int(), test: z.int() }),
      /** null: nothing was measured on this machine yet. */
      seconds: z.number().nullable(),
      /** One sentence for the user. */
      sentence: z.string(),
      /** Why the run cannot start; null where it can. */
      problem: z.string().nullable(),
    }),
  },
  'runs.list': { input: nothing, output: z.array(Run) },
  'runs.get': { input: byId, output: Run },
  'runs.history': {
    input: byId,
    output: z.object({ steps: z.array(StepRow), epochs: z.array(EpochRow) }),
  },
  /**
   * Goes on from the last checkpoint of a failed, cancelled or interrupted run; with `device`, there from now on. Another
   * device computes the same up to the last digits.
   */
  'runs.resume': { input: z.object({ id: Id, device: Device.optional() }), output: Run },
  'runs.cancel': { input: byId, output: Run },
  'runs.rename': { input: z.object({ id: Id, name }), output: Run },
  'runs.delete': { input: byId, output: nothing },
  /** Predictions on the held-out patches, the most confident mistakes first, then the least certain hits. */
  'runs.predictions': {
    input: z.object({
      id: Id,
      split: Split.default('test'),
      trueClass: z.int().nonnegative().nullable().default(null),
      predictedClass: z.int().nonnegative().nullable().default(null),
      ...Page.shape,
    }),
    output: z.object({ total: z.int(), predictions: z.array(PatchPrediction) }),
  },

  /** Stores the pre-training and queues its job. */
  'pretrainings.create': {
    input: z.object({ name: name.nullable().default(null), config: PretrainConfig }),
    output: Pretraining,
  },
  /** What pressing the button will do, without doing it. */
  'pretrainings.estimate': { input: z.object({ config: PretrainConfig }), output: PretrainEstimate },
  /**
   * Queues a job that takes a few real steps of this very network, crop and batch, which takes some seconds up to a minute or two. The
   * estimate knows better when it is done; the measurement is kept.
   */
  'pretrainings.measure': { input: z.object({ config: PretrainConfig }), output: Job },
  'pretrainings.list': { input: nothing, output: z.array(Pretraining) },
  'pretrainings.get': { input: byId, output: Pretraining },
  'pretrainings.history': {
    input: byId,
    output: z.object({ steps: z.array(PretrainStepRow), validations: z.array(ValidationRow) }),
  },
  /** Goes on from the last checkpoint of a failed, cancelled or interrupted pre-training; with `device`, there from now on. */
  'pretrainings.resume': { input: z.object({ id: Id, device: Device.optional() }), output: Pretraining },
  'pretrainings.cancel': { input: byId, output: Pretraining },
  'pretrainings.rename': { input: z.object({ id: Id, name }), output: Pretraining },
  /** With its history and pictures; the model that came of it stays. */
  'pretrainings.delete': { input: byId, output: nothing },

  'jobs.list': { input: nothing, output: z.array(Job) },
  'jobs.get': { input: byId, output: Job },
  'jobs.cancel': { input: byId, output: Job },
  /** Moves a queued job before or after its neighbour. */
  'jobs.move': { input: z.object({ id: Id, direction: z.enum(['up', 'down']) }), output: z.array(Job) },

  'models.list': { input: nothing, output: z.array(Model) },
  'models.get': { input: byId, output: Model },
  'models.rename': { input: z.object({ id: Id, name }), output: Model },
  'models.export': {
    input: z.object({ id: Id, format: z.enum(['onnx', 'safetensors']), path: absolutePath }),
    output: z.object({ path: z.string(), bytes: z.int() }),
  },
  /**
   * A classifier as the ONNX file that Tessera exported, here or elsewhere; or weights to begin from, as safetensors or PyTorch's
   * .pth: a model of Tessera's, or a ResNet-18, -34 or -50 by torchvision's names (ImageNet's, say). The same file twice is one model,
   * and so are the files of one model.
   */
  'models.import': { input: z.object({ path: absolutePath }), output: Model },
  /** Refused while a run, a pre-training or a model that began from it is there. */
  'models.delete': { input: byId, output: nothing },

  'slides.open': { input: z.object({ path: absolutePath }), output: Slide },
  'slides.list': { input: nothing, output: z.array(Slide) },
  'slides.get': { input: byId, output: Slide },
  'slides.setMpp': {
    input: z.object({ id: Id, mpp: z.number().positive().max(100).nullable() }),
    output: Slide,
  },
  /**
   * Tells where a slide's file is now. It has to be the same slide; its predictions stay. Other slides that lay in its folder, are missing
   * there and lie in the new one are pointed to anew along with it.
   */
  'slides.relocate': { input: z.object({ id: Id, path: absolutePath }), output: FoundSlide },
  /**
   * The slide that a patch was cut from: the one of the list, wherever its file lies, and pointed to anew where that is missing and the
   * dataset knows where it is now; else it is opened.
   */
  'slides.ofPatch': { input: z.object({ patchId: Id }), output: FoundSlide },
  /** Forgets the slide and its predictions; the file stays. */
  'slides.remove': { input: byId, output: nothing },

  'predictions.list': {
    input: z.object({ slideId: Id.nullable().default(null) }),
    output: z.array(Prediction),
  },
  'predictions.get': { input: byId, output: Prediction },
  'predictions.start': { input: z.object({ slideId: Id, modelId: Id }), output: Prediction },
  'predictions.resume': { input: byId, output: Prediction },
  'predictions.delete': { input: byId, output: nothing },
  /** The patch under a level-0 point, or null. */
  'predictions.patchAt': {
    input: z.object({ id: Id, x: z.number(), y: z.number() }),
    output: PatchScore.nullable(),
  },
  /** Writes into `folder` as a job; answers at once with the paths that will be there when the job is done. */
  'predictions.export': {
    input: z.object({
      id: Id,
      folder: absolutePath,
      formats: z.array(z.enum(['geojson', 'csv', 'png'])).min(1),
      /** Class of the heat map; null: the most probable class of each patch. */
      classIndex: z.int().nonnegative().nullable().default(null),
    }),
    output: z.object({ job: Job, files: ExportedFiles }),
  },

  /** At first start, and when versions or graphics cards have changed, this tests every provider. */
  'hardware.get': { input: nothing, output: Hardware },
  /** Tests every provider again. Refused while something trains or classifies. */
  'hardware.test': { input: nothing, output: Hardware },
  /** Sets what `auto` stands for. Refused for a device that is not usable. */
  'hardware.choose': { input: z.object({ device: Device }), output: Hardware },
  /** A short measurement of training and inference on what `auto` chose. */
  'hardware.bench': { input: nothing, output: Job },
  'hardware.benchResult': { input: nothing, output: z.array(BenchRow).nullable() },

  /** Queues the whole demo: synthetic patches and slide, training, prediction, exports. */
  'demo.start': {
    input: nothing,
    output: z.object({
      datasetId: Id,
      runId: Id,
      slideId: Id,
      predictionId: Id,
      lastJobId: Id,
      files: z.object({ onnx: z.string(), geojson: z.string(), csv: z.string(), png: z.string() }),
    }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type RequestName = keyof typeof requests;
/** What a caller passes: fields with defaults may be left out. */
export type RequestInput<N extends RequestName> = z.input<(typeof requests)[N]['input']>;
/** What a handler receives: validated, defaults filled in. */
export type ParsedInput<N extends RequestName> = z.output<(typeof requests)[N]['input']>;
export type RequestOutput<N extends RequestName> = z.output<(typeof requests)[N]['output']>;

/** The handler table. Total by construction. */
export type Handlers = {
  [N in RequestName]: (
    input: ParsedInput<N>,
    /** Aborted when nobody waits for the answer any more. */
    signal: AbortSignal,
  ) => RequestOutput<N> | Promise<RequestOutput<N>>;
};

/** A caller's view of the table, in process or over HTTP. `signal`: aborted when the answer is no longer wanted. */
export type Client = <N extends RequestName>(
  name: N,
  input: RequestInput<N>,
  signal?: AbortSignal,
) => Promise<RequestOutput<N>>;

/** How a failed request is answered: `{error}` with status 4xx or 5xx. */
export const RequestError = z.object({
  error: z.object({
    /** What happened, to which file, and what to do. Never a stack trace. */
    message: z.string(),
    /** For "copy details". */
    details: z.string().nullable(),
  }),
});
export type RequestError = z.infer<typeof RequestError>;
