import path from 'node:path';
import { pretrainMetrics } from '../contract/pretrainMetrics.ts';
import type { HeldOutResult } from '../contract/values/heldOut.ts';
import type { ModelCard } from '../contract/values/model.ts';
import type { PretrainResult } from '../contract/values/pretraining.ts';
import type { PretrainSpec, WorkerContext, WorkerTask } from '../contract/worker.ts';
import { learntClasses } from '../data/voc/learntClasses.ts';
import { createTrainer } from '../engines/createTrainer.ts';
import { CheckpointStore } from '../training/checkpointStore.ts';
import { writeModelFiles } from '../training/modelFiles.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../training/normalisation.ts';
import { pretrainHints } from '../training/pretraining/hints.ts';
import { pretrainNetwork } from '../training/pretraining/network.ts';
import { objectiveOf } from '../training/pretraining/objective.ts';
import { pretrain } from '../training/pretraining/pretrainer.ts';
import type { PretrainingOptions, PretrainingOutcome } from '../training/pretraining/pretraining.ts';
import { pretrainFingerprint, pretrainFormat } from '../training/pretraining/pretrainState.ts';
import { startingPoint } from '../training/startingPoint.ts';
import { startingWeights } from '../training/startingWeights.ts';
import { today } from '../training/statement.ts';
import { imagesOf } from './pretraining/images.ts';
import { writePictures } from './pretraining/pictures.ts';
import { PretrainReport } from './pretraining/report.ts';
import { trainerOptions } from './pretraining/trainerOptions.ts';
import { validator } from './pretraining/validator.ts';
import { withLoader } from './pretraining/withLoader.ts';
import { requireUnchangedFiles, type NeededFile } from './requireUnchangedFiles.ts';
import { withTrainer } from './withTrainer.ts';

/**
 * Pre-trains a network as specified and writes `model.safetensors` and `model.onnx` into the folder; predicted masks into its
 * `pictures`. Checkpoints lie in its `checkpoints` and stay there: whoever stores the result removes them afterwards.
 */
export const pretrainTask: WorkerTask<'pretrain'> = async (spec, context) => {
  const began = performance.now();
  const clock = () => (performance.now() - began) / 1000;
  const { config } = spec;
  const contents = await requireUnchangedFiles(neededBy(spec), spec, context);
  context.progress({ fraction: 0, message: 'preparing the network', rate: null, secondsLeft: null });

  const checkpoints = new CheckpointStore(path.join(spec.folder, 'checkpoints'), pretrainFormat);
  const fingerprint = pretrainFingerprint(spec);
  const { from, damaged } = await startingPoint(spec, fingerprint, checkpoints);
  const classNames = learntClasses(config.kind, spec.classNames);
  const graph = pretrainNetwork(config, classNames.length, config.cropSize);
  const { parameters, carriedOver } = await startingWeights(graph, spec, from);
  const objective = objectiveOf(config.kind, classNames.length);
  const images = { train: imagesOf(spec, spec.train), val: imagesOf(spec, spec.val) };

  const outcome = await withLoader(contents, (loader) =>
    withTrainer(createTrainer, trainerOptions(config, graph, parameters), async (trainer) => {
      const validate = validator(spec, classNames.length, loader, objective, context.signal);
      const { signal } = context;
      const shared = { trainer, loader, objective, validate, checkpoints, config, images };
      return finish(spec, context, { ...shared, fingerprint, from, signal, clock });
    }),
  );

  const card = cardOf(spec, classNames);
  const files = await writeModelFiles(spec.folder, outcome.parameters, card, heldOut(spec, outcome));
  const { validation, checkpoint, iteration, seconds, imagesPerSecond, waitFraction } = outcome;
  const result: PretrainResult = {
    validation,
    checkpoint,
    iteration,
    counts: { train: spec.train.length, val: spec.val.length },
    carriedOver,
    hints: pretrainHints({ config, validation, iteration, damaged, everywhere: shownEverywhere(spec) }),
    seconds,
    imagesPerSecond,
    waitFraction,
    device: config.device,
  };
  return { result, ...files };
};

const neededBy = ({ train, val }: PretrainSpec): NeededFile[] =>
  [...train, ...val].flatMap(({ id, path, content, maskPath, maskContent }) => [
    { id, path, content },
    ...(maskPath === null ? [] : [{ id, path: maskPath, content: maskContent, isMask: true }]),
  ]);

/** Pre-trains to the end, telling its events and keeping its pictures. */
async function finish(
  spec: PretrainSpec,
  context: WorkerContext<'pretrain'>,
  options: PretrainingOptions,
): Promise<PretrainingOutcome> {
  const report = new PretrainReport(spec, context, options.from?.state.step ?? 0);
  const run = pretrain(options);
  try {
    for (;;) {
      const { done, value } = await run.next();
      if (done) return value;
      if (value.type === 'validation')
        await writePictures(spec.folder, value.validation.iteration, options.images.val, value.pictures);
      report.event(value);
    }
  } finally {
    report.flush();
  }
}

function cardOf({ config, dataset, lineage }: PretrainSpec, classNames: string[]): ModelCard {
  return {
    kind: config.kind === 'segmentation' ? 'segmenter' : 'multilabel',
    architecture: config.architecture,
    width: config.width,
    classNames,
    imageSize: config.cropSize,
    patchSize: config.cropSize,
    mpp: null,
    mean: [...IMAGENET_MEAN],
    std: [...IMAGENET_STD],
    synthetic: dataset.synthetic,
    dataset: dataset.name,
    seed: config.seed,
    lineage,
  };
}

/** What the model's files say of how good it is. */
function heldOut(
  { config, dataset }: PretrainSpec,
  { validation }: PretrainingOutcome,
): HeldOutResult | null {
  if (!validation) return null;
  const metric = pretrainMetrics[config.kind];
  const measured = { dataset: dataset.name, n: validation.n, date: today() };
  return { split: 'validation', ...measured, metric, value: validation.score };
}

/** Classes that all validation images show: nothing can be ranked by them. */
function shownEverywhere({ config, classNames, val }: PretrainSpec): string[] {
  if (config.kind !== 'classification' || val.length === 0) return [];
  return classNames.filter((_, index) => val.every(({ labels }) => labels.includes(index)));
}
