import ort from 'onnxruntime-node';
import type { Tensor } from 'onnxruntime-node';
import { dropoutMask } from '../../graph/dropoutMask.ts';
import { classCount, GRAPH_INPUT, type Graph } from '../../graph/graph.ts';
import { targetFormat } from '../../graph/losses/targets.ts';
import type { Dropout } from '../../graph/ops/dropout.ts';
import { elements } from '../../graph/shape.ts';
import type { Batch } from '../engine.ts';
import { maskInput } from './emission.ts';

type TensorMap = Readonly<Record<string, Tensor>>;

/** @param shape default: a scalar */
export function floats(values: Float32Array | number, shape: readonly number[] = []): Tensor {
  return new ort.Tensor('float32', typeof values === 'number' ? Float32Array.of(values) : values, shape);
}

/** The images and targets of pass `pass` of a step, as views of the step's batch. */
export function batchFeeds(graph: Graph, batch: Batch, batchSize: number, pass: number): TensorMap {
  const { type, shape } = targetFormat(graph);
  const part = <Values extends Float32Array | Int32Array>(values: Values, each: number) =>
    values.subarray(pass * batchSize * each, (pass + 1) * batchSize * each) as Values;
  return {
    [GRAPH_INPUT]: floats(part(batch.images, elements(graph.input)), [batchSize, ...graph.input]),
    targets: new ort.Tensor(type, part(batch.targets, elements(shape)), [batchSize, ...shape]),
  };
}

/** The dropouts' masks in the pass `pass` of all passes since the start of the training. */
export function maskFeeds(
  dropouts: readonly Dropout[],
  batchSize: number,
  seed: number,
  pass: number,
): TensorMap {
  return Object.fromEntries(
    dropouts.map((node) => [
      maskInput(node),
      floats(dropoutMask(node, batchSize, seed, pass), [batchSize, ...node.shape]),
    ]),
  );
}

/** @throws Error where a step of `count` images cannot be taken with this batch. */
export function checkBatch(graph: Graph, { images, targets }: Batch, count: number): void {
  const { type, shape } = targetFormat(graph);
  const [perImage, perTarget] = [elements(graph.input), elements(shape)];
  if (images.length !== count * perImage || targets.length !== count * perTarget)
    throw new Error(
      `the trainer was made for ${count} images per step, got ${images.length / perImage} images ` +
        `and targets of ${targets.length / perTarget}`,
    );
  if ((type === 'int32') !== targets instanceof Int32Array)
    throw new Error(`the loss ${graph.loss.kind} needs ${type} targets, got a ${targets.constructor.name}`);
  if (graph.loss.kind === 'softmaxCrossEntropy')
    checkLabels(targets, classCount(graph), graph.loss.ignoreLabel);
}

/** ONNX Runtime reads a class that is not there from behind the logits on some devices. */
function checkLabels(targets: ArrayLike<number>, classes: number, ignoreLabel: number | undefined): void {
  for (let i = 0; i < targets.length; i++) {
    const label = targets[i] as number;
    if ((label < 0 || label >= classes) && label !== ignoreLabel)
      throw new Error(`target ${i} is class ${label}, but the network tells ${classes} classes apart`);
  }
}
