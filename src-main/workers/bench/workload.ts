import { env } from 'onnxruntime-node';
import { Random } from '../../base/random.ts';
import type { ResolvedDevice } from '../../contract/values/run.ts';
import { createTrainer } from '../../engines/createTrainer.ts';
import { createClassifier } from '../../engines/onnx/classifier.ts';
import { inferenceModel } from '../../engines/onnx/export.ts';
import { classCount, type Graph } from '../../graph/graph.ts';
import { initialise } from '../../graph/initialise.ts';
import { targetFormat } from '../../graph/losses/targets.ts';
import { elements } from '../../graph/shape.ts';
import { deeplab } from '../../models/deeplab.ts';
import { resnet } from '../../models/resnet.ts';
import type { MeasuringTask } from './measurement.ts';
import { openPipeline } from './pipeline.ts';

/** Something to repeat and to time. */
export interface Workload {
  /** The software that does the work. */
  readonly name: string;
  readonly version: string;
  step(): Promise<unknown>;
  close(): Promise<void>;
}

/** As the peer's; VOC has 21 with the background. */
const CLASSES = { resnet: 10, deeplab: 21 };
const LEARNING_RATE = 1e-3;
/** As the peer's, and as the paper's pre-training. */
const OPTIMIZER = { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 } as const;

/** Tessera's side of a measurement, on generated images. */
export async function openWorkload(task: MeasuringTask): Promise<Workload> {
  switch (task.work.kind) {
    case 'training':
      return await openTraining(task);
    case 'inference':
      return await openInference(task);
    case 'pipeline':
      return openPipeline(task);
  }
}

async function openTraining({ work, device, threads }: MeasuringTask): Promise<Workload> {
  const { batchSize } = work;
  const [graph, random] = [networkOf(work), Random.from(1, 'bench')];
  const parameters = initialise(graph, random);
  const optimizer = OPTIMIZER;
  const trainer = await createTrainer({
    graph,
    parameters,
    optimizer,
    batchSize,
    device,
    threads,
    logits: false,
  });
  const batch = {
    images: noise(batchSize * elements(graph.input), random),
    targets: targetsOf(graph, batchSize, random),
  };
  return {
    ...engineOf(device),
    step: () => trainer.step(batch, LEARNING_RATE),
    close: () => trainer.dispose(),
  };
}

async function openInference({ work, device, threads }: MeasuringTask): Promise<Workload> {
  if (device === 'tensorflow') throw new Error('TensorFlow trains only.');
  const [graph, random] = [networkOf(work), Random.from(1, 'bench')];
  const model = inferenceModel(graph, initialise(graph, random), {});
  const classifier = await createClassifier({ model, device, threads });
  const images = noise(work.batchSize * elements(graph.input), random);
  return {
    ...engineOf(device),
    step: () => classifier.logits(images, work.batchSize),
    close: () => classifier.dispose(),
  };
}

const engineOf = (device: ResolvedDevice) =>
  device === 'tensorflow'
    ? { name: 'tensorflow', version: '' }
    : { name: 'onnxruntime', version: env.versions.node ?? '' };

function networkOf({ network, imageSize }: MeasuringTask['work']): Graph {
  switch (network) {
    case 'resnet18':
      return resnet({ depth: 18, classes: CLASSES.resnet, imageSize });
    case 'resnet34':
      return resnet({ depth: 34, classes: CLASSES.resnet, imageSize });
    case 'deeplabv2-resnet34':
      return deeplab({ depth: 34, classes: CLASSES.deeplab, imageSize });
    case null:
      throw new Error('This work has no network.');
  }
}

const noise = (length: number, random: Random): Float32Array =>
  Float32Array.from({ length }, () => random.normal());

/** A class per image, or per pixel. */
function targetsOf(graph: Graph, batchSize: number, random: Random): Int32Array {
  const length = batchSize * elements(targetFormat(graph).shape);
  return Int32Array.from({ length }, () => random.integer(classCount(graph)));
}
