import { classCount, type Graph } from '../graph/graph.ts';
import { targetFormat } from '../graph/losses/targets.ts';
import { elements } from '../graph/shape.ts';
import type { Batch } from './engine.ts';

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

/** What goes through the network in pass `pass` of a step's `passes`, as views of the step's batch. */
export function passOf({ images, targets }: Batch, pass: number, passes: number): Batch {
  const part = <Values extends Float32Array | Int32Array>(values: Values) =>
    values.subarray((values.length / passes) * pass, (values.length / passes) * (pass + 1)) as Values;
  return { images: part(images), targets: part(targets) };
}

/** @throws Error where there are fewer than `count` images to evaluate. */
export function checkImages(graph: Graph, images: Float32Array, count: number): void {
  const size = elements(graph.input);
  if (images.length < count * size)
    throw new Error(`${count} images were to be evaluated, got ${images.length / size}`);
}
