import { describe, expect, it } from 'vitest';
import { Random } from '../../src-main/base/random.ts';
import { freeze } from '../../src-main/graph/freeze.ts';
import type { Graph } from '../../src-main/graph/graph.ts';
import { GraphBuilder, type Value } from '../../src-main/graph/graphBuilder.ts';
import type { Loss } from '../../src-main/graph/losses/loss.ts';
import { targetFormat } from '../../src-main/graph/losses/targets.ts';
import { add } from '../../src-main/graph/ops/add.ts';
import { averagePool } from '../../src-main/graph/ops/averagePool.ts';
import { batchNorm } from '../../src-main/graph/ops/batchNorm.ts';
import { concat } from '../../src-main/graph/ops/concat.ts';
import { conv2d, type Conv2dOptions } from '../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../src-main/graph/ops/dense.ts';
import { dropout } from '../../src-main/graph/ops/dropout.ts';
import { globalAveragePool } from '../../src-main/graph/ops/globalAveragePool.ts';
import { maxPool } from '../../src-main/graph/ops/maxPool.ts';
import { relu } from '../../src-main/graph/ops/relu.ts';
import { resizeBilinear } from '../../src-main/graph/ops/resizeBilinear.ts';
import { sigmoid } from '../../src-main/graph/ops/sigmoid.ts';
import { logSoftmax, softmax } from '../../src-main/graph/ops/softmax.ts';
import { elements } from '../../src-main/graph/shape.ts';
import type { Batch, Trainer, TrainerOptions } from '../../src-main/engines/engine.ts';
import { createTrainer as createOnnxTrainer } from '../../src-main/engines/onnx/trainer.ts';
import { createTrainer as createTensorflowTrainer } from '../../src-main/engines/tfjs/trainer.ts';
import type { Tensors } from '../../src-main/models/tensors.ts';
import { pureTensorflow } from '../support/pureTensorflow.ts';
import { deviating, deviation } from './fixture.ts';

/*
 * Two engines that share nothing but the graph: ours compiles its own backward pass into ONNX, the other leaves it to TensorFlow.js's
 * autodiff, in pure JavaScript. Differences are in units of the tensor's largest value. Both round to float32 after each operation,
 * about 1e-7 each, and some ten operations lie one after the other; sums that almost cancel, such as a bias's gradient, lose a digit. Each
 * further step begins with the differences of the one before. Measured: up to 1e-6 in one step, 1e-5 in three.
 */
const TOLERANCE = { oneStep: 1e-5, severalSteps: 1e-4 };

const BATCH = 3;
const LEARNING_RATE = 0.05;
const CHANNELS = 4;
const CLASSES = 3;
const SIDE = 7;

type Layer = (builder: GraphBuilder, input: Value) => Value;

const conv =
  (options: Partial<Conv2dOptions>): Layer =>
  (builder, x) =>
    conv2d(builder, 'layer', x, { channels: CHANNELS, kernel: 3, ...options });

const layers: Record<string, Layer> = {
  'conv2d with padding and bias': conv({ padding: 1, bias: true }),
  'conv2d with stride, where a column is left over': conv({ kernel: 2, stride: 2 }),
  'conv2d with stride and padding': conv({ stride: 2, padding: 1 }),
  'conv2d with dilation': conv({ dilation: 2, padding: 2 }),
  'conv2d with a dilation that reaches beyond the image': conv({ dilation: 6, padding: 6 }),
  'conv2d with dilation and stride': conv({ dilation: 2, stride: 2, padding: 1 }),
  'conv2d with a 1x1 kernel and stride': conv({ kernel: 1, stride: 2 }),
  'conv2d with groups': conv({ groups: 2, channels: 6, padding: 1, bias: true }),
  'conv2d with groups, dilation and stride': conv({ groups: 4, dilation: 2, stride: 2, padding: 2 }),
  batchNorm: (builder, x) => batchNorm(builder, 'layer', x),
  relu: (builder, x) => relu(builder, 'layer', x),
  sigmoid: (builder, x) => sigmoid(builder, 'layer', x),
  softmax: (builder, x) => softmax(builder, 'layer', x),
  logSoftmax: (builder, x) => logSoftmax(builder, 'layer', x),
  add: (builder, x) => add(builder, 'layer', x, sigmoid(builder, 'other', x), x),
  concat: (builder, x) => concat(builder, 'layer', x, sigmoid(builder, 'other', x)),
  maxPool: (builder, x) => maxPool(builder, 'layer', x, { kernel: 3, stride: 2, padding: 1 }),
  'maxPool without overlap': (builder, x) =>
    maxPool(builder, 'layer', x, { kernel: 2, stride: 2, padding: 0 }),
  averagePool: (builder, x) => averagePool(builder, 'layer', x, { kernel: 3, stride: 2, padding: 1 }),
  'resizeBilinear to a larger image': (builder, x) =>
    resizeBilinear(builder, 'layer', x, { height: 13, width: 9, alignCorners: false }),
  'resizeBilinear to a smaller image': (builder, x) =>
    resizeBilinear(builder, 'layer', x, { height: 3, width: 5, alignCorners: false }),
  'resizeBilinear with aligned corners': (builder, x) =>
    resizeBilinear(builder, 'layer', x, { height: 10, width: 4, alignCorners: true }),
  dropout: (builder, x) => dropout(builder, 'layer', x, 0.4),
};

/**
 * A convolution, so that the layer has a gradient to hand on; the layer; and a classifier. No bias there: before a batch norm its
 * gradient is nothing but rounding, which Adam would make large.
 */
function classifier(layer: Layer, loss: Loss = { kind: 'softmaxCrossEntropy' }): Graph {
  const builder = new GraphBuilder([2, SIDE, SIDE]);
  const x = conv2d(builder, 'stem', builder.input, { channels: CHANNELS, kernel: 3, padding: 1 });
  const pooled = globalAveragePool(builder, 'pool', layer(builder, x));
  return builder.finish(dense(builder, 'head', pooled, CLASSES), loss);
}

/** Logits for each pixel. */
function segmenter(loss: Loss): Graph {
  const builder = new GraphBuilder([2, SIDE, SIDE]);
  const x = conv2d(builder, 'stem', builder.input, { channels: CHANNELS, kernel: 3, stride: 2, padding: 1 });
  const scores = conv2d(builder, 'head', x, { channels: CLASSES, kernel: 1, bias: true });
  const resized = resizeBilinear(builder, 'resize', scores, {
    height: SIDE,
    width: SIDE,
    alignCorners: true,
  });
  return builder.finish(resized, loss);
}

const bn = layers['batchNorm'] as Layer;
const sgd = { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 } as const;

const settings: Record<string, Partial<TrainerOptions>> = {
  'plain SGD': { optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 } },
  'SGD with momentum and weight decay': { optimizer: sgd },
  'SGD with Nesterov momentum': { optimizer: { ...sgd, nesterov: true } },
  Adam: { optimizer: { kind: 'adam', weightDecay: 0.01 } },
  'Adam with other betas and epsilon': {
    optimizer: { kind: 'adam', weightDecay: 0, betas: [0.8, 0.95], epsilon: 1e-3 },
  },
  AdamW: { optimizer: { kind: 'adamw', weightDecay: 0.1 } },
  'groups with other rates and decays': {
    optimizer: sgd,
    groups: [
      { prefixes: ['head.', 'layer.'], learningRateFactor: 10, weightDecay: 0 },
      { prefixes: ['layer.weight'], learningRateFactor: 0 },
    ],
  },
  'groups of AdamW': {
    optimizer: { kind: 'adamw', weightDecay: 0.1 },
    groups: [{ prefixes: ['stem.'], learningRateFactor: 0.1, weightDecay: 0.5 }],
  },
  'clipping by norm': { clipping: { kind: 'norm', max: 0.1 } },
  'clipping by a norm that is not reached': { clipping: { kind: 'norm', max: 100 } },
  'clipping by value': { clipping: { kind: 'value', max: 0.01 } },
  'accumulated passes': { accumulate: 3, optimizer: sgd },
  'accumulated passes, clipped': { accumulate: 2, clipping: { kind: 'norm', max: 0.1 } },
  'no logits': { logits: false },
};

const classWeights = [0.2, 1, 3];
const losses: Record<string, Graph> = {
  'softmax cross-entropy with class weights': classifier(bn, { kind: 'softmaxCrossEntropy', classWeights }),
  'softmax cross-entropy with label smoothing': classifier(bn, {
    kind: 'softmaxCrossEntropy',
    labelSmoothing: 0.2,
  }),
  'softmax cross-entropy with both': classifier(bn, {
    kind: 'softmaxCrossEntropy',
    classWeights,
    labelSmoothing: 0.2,
  }),
  'softmax cross-entropy that ignores a class': classifier(bn, {
    kind: 'softmaxCrossEntropy',
    ignoreLabel: 1,
    labelSmoothing: 0.1,
  }),
  'softmax cross-entropy of pixels': segmenter({ kind: 'softmaxCrossEntropy', ignoreLabel: 255 }),
  'softmax cross-entropy of pixels with everything': segmenter({
    kind: 'softmaxCrossEntropy',
    classWeights,
    labelSmoothing: 0.1,
    ignoreLabel: 255,
  }),
  'binary cross-entropy': classifier(bn, { kind: 'binaryCrossEntropy' }),
};

const frozenNames =
  (...prefixes: string[]) =>
  (name: string) =>
    prefixes.some((prefix) => name.startsWith(prefix));
const frozen: Record<string, Graph> = {
  'a frozen stem': freeze(classifier(bn), frozenNames('stem.')),
  'a frozen head': freeze(classifier(bn), frozenNames('head.')),
  'frozen batch norm statistics': freeze(classifier(bn), frozenNames('layer.running')),
  'a wholly frozen batch norm': freeze(classifier(bn), frozenNames('layer.')),
};

describe('the ONNX engine and TensorFlow.js agree', () => {
  it.each(Object.entries(layers))('in %s', (_name, layer) => compare(classifier(layer), {}));
  it.each(Object.entries(losses))('in %s', (_name, graph) => compare(graph, {}));
  it.each(Object.entries(frozen))('with %s', (_name, graph) => compare(graph, { optimizer: sgd }));
  it.each(Object.entries(settings))('with %s', (_name, options) => compare(classifier(bn), options, 3));

  it('where every target is ignored: no loss, and only weight decay', () =>
    compare(segmenter({ kind: 'softmaxCrossEntropy', ignoreLabel: 255 }), { optimizer: sgd }, 1, 255));

  it('when one goes on from where the other was', async () => {
    const { severalSteps } = TOLERANCE;
    const graph = classifier(layers['dropout'] as Layer);
    const options = common(graph, { optimizer: { kind: 'adamw', weightDecay: 0.1 }, accumulate: 2 });
    const [onnx, tensorflow] = await open(options);
    await onnx.step(batch(graph, 2, 0), LEARNING_RATE);
    await tensorflow.restore(await onnx.state());
    expectEqual(await stepped(tensorflow, graph, 2, 1), await stepped(onnx, graph, 2, 1), severalSteps);
    await onnx.restore(await tensorflow.state());
    expectEqual(await stepped(tensorflow, graph, 2, 2), await stepped(onnx, graph, 2, 2), severalSteps);
    await Promise.all([onnx.dispose(), tensorflow.dispose()]);
  });
});

/** Trains both from the same weights on the same batches: loss, logits, all of the state and the evaluation, after each step. */
async function compare(graph: Graph, settings: Partial<TrainerOptions>, steps = 1, target?: number) {
  const options = common(graph, settings);
  const [onnx, tensorflow] = await open(options);
  const passes = options.accumulate ?? 1;
  const tolerance = steps === 1 ? TOLERANCE.oneStep : TOLERANCE.severalSteps;
  for (let i = 0; i < steps; i++) {
    const [expected, actual] = [
      await stepped(onnx, graph, passes, i, target),
      await stepped(tensorflow, graph, passes, i, target),
    ];
    expectEqual(actual, expected, tolerance);
  }
  await Promise.all([onnx.dispose(), tensorflow.dispose()]);
}

interface Outcome {
  loss: number;
  logits: Float32Array;
  state: Tensors;
  evaluation: Float32Array;
}

async function stepped(
  trainer: Trainer,
  graph: Graph,
  passes: number,
  i: number,
  target?: number,
): Promise<Outcome> {
  const data = batch(graph, passes, i, target);
  const output = await trainer.step(data, LEARNING_RATE);
  // one more than a batch
  const images = batch(graph, 2, 99).images;
  return {
    ...output,
    state: await trainer.state(),
    evaluation: await trainer.evaluate(images, BATCH + 1),
  };
}

function expectEqual(actual: Outcome, expected: Outcome, tolerance: number) {
  expect(deviation([actual.loss], [expected.loss])).toBeLessThan(tolerance);
  expect(deviation(actual.logits, expected.logits)).toBeLessThan(tolerance);
  expect([...actual.state.keys()].sort()).toEqual([...expected.state.keys()].sort());
  expect(deviating(actual.state, expected.state, tolerance)).toEqual([]);
  expect(deviation(actual.evaluation, expected.evaluation)).toBeLessThan(tolerance);
}

async function open(options: Omit<TrainerOptions, 'device'>): Promise<[Trainer, Trainer]> {
  return [
    await createOnnxTrainer({ ...options, device: 'cpu', threads: 1 }),
    await createTensorflowTrainer(await pureTensorflow(), { ...options, device: 'tensorflow' }),
  ];
}

function common(graph: Graph, settings: Partial<TrainerOptions>): Omit<TrainerOptions, 'device'> {
  const optimizer = { kind: 'sgd', momentum: 0, weightDecay: 0 } as const;
  return { graph, parameters: parameters(graph), optimizer, batchSize: BATCH, seed: 5, ...settings };
}

/** Away from 0 and 1, so that a mix-up shows; variances are positive. */
function parameters(graph: Graph): Tensors {
  return new Map(
    graph.parameters.map(({ name, shape }) => {
      const random = Random.from(3, name);
      const draw = () => (name.endsWith('running_var') ? random.between(0.5, 2) : random.between(-1, 1));
      return [name, { shape, data: Float32Array.from({ length: elements(shape) }, draw) }];
    }),
  );
}

/** @param target fills the targets; by default every class in turn, and a fifth ignored where the loss ignores any. */
function batch(graph: Graph, passes: number, step: number, target?: number): Batch {
  const random = Random.from(7, step);
  const count = BATCH * passes;
  const images = Float32Array.from({ length: count * elements(graph.input) }, () => random.normal());
  const { type, shape } = targetFormat(graph);
  const length = count * elements(shape);
  if (type === 'float32')
    return { images, targets: Float32Array.from({ length }, () => random.between(0, 1)) };
  const ignores = graph.loss.kind === 'softmaxCrossEntropy' && graph.loss.ignoreLabel === 255;
  const label = (i: number) => (ignores && i % 5 === 0 ? 255 : (i + step) % CLASSES);
  return { images, targets: Int32Array.from({ length }, (_, i) => target ?? label(i)) };
}
