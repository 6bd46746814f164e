import path from 'node:path';
import { UserError } from '../base/errors.ts';
import type { HeldOutResult } from '../contract/values/heldOut.ts';
import type { ModelCard } from '../contract/values/model.ts';
import type { Baseline } from '../contract/values/run.ts';
import type { SpecPatch, TrainSpec, WorkerContext, WorkerResult, WorkerTask } from '../contract/worker.ts';
import { colourBaseline, type BaselineOptions, type LabelledFile } from '../data/colourBaseline.ts';
import { createTrainer } from '../engines/createTrainer.ts';
import { CheckpointStore } from '../training/checkpointStore.ts';
import { hints } from '../training/hints.ts';
import { writeModelFiles } from '../training/modelFiles.ts';
import { networkOf } from '../training/network.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../training/normalisation.ts';
import { trainingOrder } from '../training/order.ts';
import { startingPoint } from '../training/startingPoint.ts';
import { startingWeights } from '../training/startingWeights.ts';
import { today } from '../training/statement.ts';
import { train } from '../training/trainer.ts';
import type { TrainingOptions, TrainingOutcome } from '../training/training.ts';
import { fingerprint, runFormat } from '../training/trainingState.ts';
import { requireUnchangedFiles, type NeededFile } from './requireUnchangedFiles.ts';
import { withEngine } from './trainingEngine.ts';
import { TrainReport } from './trainReport.ts';
import type { CreateTrainer } from './withTrainer.ts';

/**
 * Trains a classifier as specified, writes `model.safetensors` and `model.onnx` into the folder, and measures what
 * colour alone would reach. Checkpoints lie in the folder's `checkpoints` and stay there: whoever stores the result
 * removes them afterwards, so that a kill at the very end costs nothing either.
 */
export const trainTask: WorkerTask<'train'> = (spec, context) => trainWith(createTrainer, spec, context);

/** The same with the engine that `create` opens. */
export async function trainWith(
  create: CreateTrainer,
  spec: TrainSpec,
  context: WorkerContext<'train'>,
): Promise<WorkerResult<'train'>> {
  const began = performance.now();
  const clock = () => (performance.now() - began) / 1000;
  const { config, classNames } = spec;
  checkPatches(spec);
  const contents = await requireUnchangedFiles(neededBy(spec), spec, context);
  context.progress({ fraction: 0, message: 'preparing the network', rate: null, secondsLeft: null });

  const checkpoints = new CheckpointStore(path.join(spec.folder, 'checkpoints'), runFormat);
  const { from, damaged } = await startingPoint(spec, fingerprint(spec), checkpoints);
  const graph = networkOf(spec);
  const order = trainingOrder(config.seed, spec.train.length, config.batchSize);
  const report = new TrainReport(spec, context, order, from?.state.step ?? 0);
  const patches = {
    train: filesOf(spec, spec.train),
    val: filesOf(spec, spec.val),
    test: filesOf(spec, spec.test),
  };
  const { parameters, carriedOver } = await startingWeights(graph, spec, from);
  const outcome = await withEngine(
    create,
    spec,
    contents,
    graph,
    order.batchSize,
    parameters,
    async (trainer, loader) => {
      const options: TrainingOptions = {
        trainer,
        loader,
        checkpoints,
        config,
        classes: classNames.length,
        patches,
        fingerprint: fingerprint(spec),
        from,
        signal: context.signal,
        clock,
      };
      return { ...(await finish(options, report)), device: trainer.device };
    },
  );
  const trained = clock();

  const files = await writeModelFiles(spec.folder, outcome.parameters, cardOf(spec), heldOut(spec, outcome));
  context.progress({ fraction: 0.99, message: 'comparing with colour alone', rate: null, secondsLeft: null });
  const { signal } = context;
  const baseline = await baselineOf(patches.train, patches.test, classNames.length, { signal, contents });
  const { test, validation, checkpoint, bestEpoch, imagesPerSecond, waitFraction, device } = outcome;
  const facts = {
    test,
    validation,
    baseline,
    bestEpoch,
    waitFraction,
    carriedOver,
    counts: { train: spec.train.length, val: spec.val.length, test: spec.test.length },
  };
  const told = hints({
    ...facts,
    classes: classNames.length,
    epochs: config.epochs,
    synthetic: spec.dataset.synthetic,
    damaged,
    devices: outcome.devices,
  });
  const seconds = outcome.seconds + clock() - trained;
  return { result: { ...facts, checkpoint, hints: told, seconds, imagesPerSecond, device }, ...files };
}

/** Runs the training to its end, telling its events. */
async function finish(options: TrainingOptions, report: TrainReport): Promise<TrainingOutcome> {
  const training = train(options);
  try {
    for (;;) {
      const { done, value } = await training.next();
      if (done) return value;
      report.event(value);
    }
  } finally {
    report.flush();
  }
}

function checkPatches({ train, classNames }: TrainSpec): void {
  if (train.length < 2)
    throw new UserError(
      `There are ${train.length} training patches: at least 2 are needed. Label more patches.`,
    );
  const missing = classNames.filter((_, index) => train.every(({ classIndex }) => classIndex !== index));
  if (missing.length > 0)
    throw new UserError(
      `No training patch shows ${missing.join(', ')}: every class needs at least one. Label some, or leave the class out.`,
    );
}

async function baselineOf(
  train: readonly LabelledFile[],
  test: readonly LabelledFile[],
  classes: number,
  options: BaselineOptions,
): Promise<Baseline | null> {
  if (test.length === 0) return null;
  const { accuracy, macroF1 } = await colourBaseline(train, test, classes, options);
  return { name: 'Colour histogram, nearest centroid', accuracy, macroF1 };
}

function cardOf(spec: TrainSpec): ModelCard {
  const { config, classNames, dataset } = spec;
  return {
    kind: 'classifier',
    architecture: config.architecture,
    width: config.width,
    classNames,
    imageSize: config.imageSize,
    patchSize: dataset.patchSize,
    mpp: dataset.mpp,
    mean: [...IMAGENET_MEAN],
    std: [...IMAGENET_STD],
    synthetic: dataset.synthetic,
    dataset: dataset.name,
    seed: config.seed,
    lineage: spec.lineage,
  };
}

const neededBy = ({ train, val, test }: TrainSpec): NeededFile[] =>
  [...train, ...val, ...test].map(({ id, path, content }) => ({ id, path, content }));

/** What the model's files say of how good it is. */
function heldOut({ dataset }: TrainSpec, { test }: TrainingOutcome): HeldOutResult | null {
  if (!test) return null;
  const { n, accuracy, macroF1, rocAuc } = test;
  return { split: 'test', dataset: dataset.name, n, date: today(), accuracy, macroF1, rocAuc };
}

function filesOf({ root }: TrainSpec, patches: readonly SpecPatch[]): LabelledFile[] {
  return patches.map(({ path: file, classIndex }) => ({ path: path.join(root, file), classIndex }));
}
