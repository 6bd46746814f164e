import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { GraphBuilder, type Value } from '../../../src-main/graph/graphBuilder.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { conv2d, type Conv2dOptions } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { maxPool } from '../../../src-main/graph/ops/maxPool.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import type { Tensor, Tensors } from '../../../src-main/models/tensors.ts';
import { openOneStep } from '../../parity/oneStep.ts';

/*
 * Every operation between two layers that learn, so that its gradients with respect to input and weights both count; each
 * weight tensor's gradient is compared with central differences of the loss in random directions.
 */

const BATCH = 3;
const CLASSES = 3;
const DIRECTIONS = 3;
/**
 * How far to go for a difference. The loss is float32, and a small step magnifies its rounding (6e-8 / 2e-3 = 3e-5); where there
 * are kinks, a large one crosses some.
 */
const SMOOTH_STEP = 1e-3;
const KINKED_STEP = 1e-4;
const TOLERANCE = 0.02;

type Layer = (builder: GraphBuilder, x: Value) => Value;

interface Case {
  readonly channels: number;
  readonly layer: Layer;
  /** Height and width differ, so that a mix-up shows; odd, so that strides leave pixels over. */
  readonly size?: readonly [number, number];
  readonly target?: 'cpu' | 'webgpu';
  /** Takes a small step, and few pixels: with many, one is at its kink whatever the step. */
  readonly kinked?: boolean;
}

const conv =
  (options: Omit<Conv2dOptions, 'channels'>): Layer =>
  (builder, x) =>
    conv2d(builder, 'tested', x, { channels: 5, ...options });

/** On the CPU 4 channels are computed as `Conv` and 16 as gather and matrix product; for WebGPU all as `Conv`. */
const forms: [string, Omit<Case, 'layer'>][] = [
  ['4 channels', { channels: 4 }],
  ['16 channels', { channels: 16 }],
  ['for WebGPU', { channels: 4, target: 'webgpu' }],
];
const convolutions = forms.flatMap(([form, options]) =>
  Object.entries({
    '1x1': { kernel: 1 },
    '3x3': { kernel: 3, padding: 1 },
    '3x3 without padding': { kernel: 3 },
    '3x3 with bias': { kernel: 3, padding: 1, bias: true },
    '3x3 stride 2': { kernel: 3, padding: 1, stride: 2 },
    '1x1 stride 2': { kernel: 1, stride: 2 },
    '2x2 stride 2': { kernel: 2, stride: 2 },
    '3x3 dilation 2': { kernel: 3, padding: 2, dilation: 2 },
    '5x5 stride 3 dilation 2': { kernel: 5, padding: 4, stride: 3, dilation: 2 },
  }).map(([name, window]): [string, Case] => [
    `conv2d ${name}, ${form}`,
    { ...options, layer: conv(window) },
  ]),
);

const cases: [string, Case][] = [
  ...convolutions,
  ['relu', { channels: 4, kinked: true, layer: (b, x) => relu(b, 'tested', x) }],
  ['relu on rows', { channels: 16, kinked: true, layer: (b, x) => relu(b, 'tested', pointwise(b, x, 16)) }],
  ['batchNorm', { channels: 4, layer: (b, x) => batchNorm(b, 'tested', x) }],
  ['batchNorm on rows', { channels: 16, layer: (b, x) => batchNorm(b, 'tested', pointwise(b, x, 16)) }],
  ['add', { channels: 4, layer: (b, x) => add(b, 'tested', x, pointwise(b, x, 4)) }],
  ['add to itself', { channels: 4, layer: (b, x) => add(b, 'tested', x, x) }],
  ['maxPool 3x3 stride 2', { channels: 4, kinked: true, layer: pool(3, 2, 1) }],
  ['maxPool 2x2', { channels: 4, kinked: true, layer: pool(2, 2, 0) }],
  ['maxPool on rows', { channels: 16, kinked: true, layer: (b, x) => pool(3, 2, 1)(b, pointwise(b, x, 16)) }],
  ['maxPool 3x3 stride 2 for WebGPU', { channels: 4, kinked: true, layer: pool(3, 2, 1), target: 'webgpu' }],
  ['maxPool 2x2 for WebGPU', { channels: 4, kinked: true, layer: pool(2, 2, 0), target: 'webgpu' }],
  ['globalAveragePool', { channels: 4, layer: (_, x) => x }],
  ['globalAveragePool on rows', { channels: 16, layer: (b, x) => pointwise(b, x, 16) }],
  ['dense, softmaxCrossEntropy', { channels: 4, layer: hidden, size: [1, 1] }],
];

function pool(kernel: number, stride: number, padding: number): Layer {
  return (builder, x) => maxPool(builder, 'tested', x, { kernel, stride, padding });
}

function pointwise(builder: GraphBuilder, x: Value, channels: number): Value {
  return conv2d(builder, 'pointwise', x, { channels, kernel: 1 });
}

/** A dense layer before the last one, seen as an image of one pixel by what follows. */
function hidden(builder: GraphBuilder, x: Value): Value {
  return dense(builder, 'tested', globalAveragePool(builder, 'flat', x), 6);
}

function build({ channels, layer, kinked, size = kinked ? [3, 5] : [9, 7] }: Case) {
  const [height, width] = size;
  const builder = new GraphBuilder([3, height, width]);
  const first = conv2d(builder, 'first', builder.input, { channels, kernel: 1, bias: true });
  const tested = layer(builder, first);
  const features = tested.shape.length === 1 ? tested : globalAveragePool(builder, 'pool', tested);
  return builder.finish(dense(builder, 'fc', features, CLASSES), { kind: 'softmaxCrossEntropy' });
}

describe('gradients agree with finite differences', () => {
  it.each(cases)('%s', async (name, tested) => {
    const graph = build(tested);
    const random = Random.from(1, name);
    const parameters = initialise(graph, random);
    const [height = 0, width = 0] = graph.input.slice(1);
    const images = Float32Array.from({ length: BATCH * 3 * height * width }, () => random.normal());
    const batch = { images, targets: Int32Array.of(0, 1, 2) };
    const { target = 'cpu', kinked = false } = tested;
    const distance = kinked ? KINKED_STEP : SMOOTH_STEP;
    const step = await openOneStep({ graph, batchSize: BATCH, target });
    const { gradients } = await step.run(parameters, batch);
    const weights = graph.parameters
      .filter(({ role }) => role === 'weight')
      .map((parameter) => parameter.name);
    expect([...gradients.keys()]).toEqual(weights);

    for (const [weight, gradient] of gradients) {
      const differences: [number, number][] = [];
      for (let i = 0; i < DIRECTIONS; i++) {
        const direction = gradient.data.map(() => random.normal());
        const lossAt = async (along: number) =>
          (await step.run(moved(parameters, weight, direction, along), batch)).loss;
        const slope = ((await lossAt(distance)) - (await lossAt(-distance))) / (2 * distance);
        differences.push([dot(gradient.data, direction), slope]);
      }
      // A direction may happen to be almost level: the error is measured by the steepest, and rounding by itself.
      const scale = Math.max(...differences.map(([, slope]) => Math.abs(slope)), 0.05);
      for (const [computed, slope] of differences)
        expect(Math.abs(computed - slope) / scale, `${weight}: ${computed} and ${slope}`).toBeLessThan(
          TOLERANCE,
        );
    }
    await step.close();
  });
});

function moved(tensors: Tensors, name: string, direction: Float32Array, distance: number): Tensors {
  const { shape, data } = tensors.get(name) as Tensor;
  const data2 = data.map((value, i) => value + distance * (direction[i] ?? 0));
  return new Map([...tensors, [name, { shape, data: data2 }]]);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
