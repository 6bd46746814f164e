import { expect } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { freeze } from '../../../src-main/graph/freeze.ts';
import { GraphBuilder, type Value } from '../../../src-main/graph/graphBuilder.ts';
import type { Graph } from '../../../src-main/graph/graph.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import type { Tensor, Tensors } from '../../../src-main/models/tensors.ts';
import { openOneStep } from '../../parity/oneStep.ts';

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

/** What stands between two layers that learn. The value to be tested is called `tested`. */
export type Layer = (builder: GraphBuilder, x: Value) => Value;

export interface GradientCase {
  /** Of the layer before. */
  readonly channels: number;
  readonly layer: Layer;
  /** Height and width differ, so that a mix-up shows; odd, so that strides leave pixels over. */
  readonly size?: readonly [number, number];
  /** The device that the step is compiled for; the CPU runs it. */
  readonly target?: 'cpu' | 'webgpu';
  /** Takes a small step, and few pixels: with many, one is at its kink whatever the step. */
  readonly kinked?: boolean;
  readonly frozen?: (parameter: string) => boolean;
}

/**
 * On the CPU 4 channels are computed as [N, C, H, W] and 16, behind a 1x1 convolution, as rows of pixels; for WebGPU all as
 * [N, C, H, W].
 */
const forms: Record<string, Pick<GradientCase, 'channels' | 'target'>> = {
  nchw: { channels: 4 },
  rows: { channels: 16 },
  'for WebGPU': { channels: 4, target: 'webgpu' },
};

/** A layer in every form, as cases by name. */
export function inEveryForm(
  name: string,
  layer: Layer,
  options: Pick<GradientCase, 'kinked' | 'frozen'> = {},
): [string, GradientCase][] {
  return Object.entries(forms).map(([form, { channels, target }]) => {
    const onRows: Layer = (builder, x) => layer(builder, pointwise(builder, x, channels));
    return [
      `${name}, ${form}`,
      { ...options, channels, layer: form === 'rows' ? onRows : layer, ...(target && { target }) },
    ];
  });
}

function pointwise(builder: GraphBuilder, x: Value, channels: number): Value {
  return conv2d(builder, 'pointwise', x, { channels, kernel: 1 });
}

/** The network of a case. */
export function networkOf({
  channels,
  layer,
  kinked,
  frozen,
  size = kinked ? [3, 2] : [9, 7],
}: GradientCase): Graph {
  const [height, width] = size;
  const builder = new GraphBuilder([3, height, width]);
  const first = conv2d(builder, 'first', builder.input, { channels, kernel: 1, bias: true });
  const tested = layer(builder, first);
  const features = tested.shape.length === 1 ? tested : globalAveragePool(builder, 'pool', tested);
  const graph = builder.finish(dense(builder, 'fc', features, CLASSES), { kind: 'softmaxCrossEntropy' });
  return freeze(graph, frozen ?? (() => false));
}

/** Initial values; running statistics as if something had been learnt. */
function parametersOf(graph: Graph, random: Random): Tensors {
  const moved = (name: string, value: number) =>
    name.endsWith('running_mean')
      ? random.normal()
      : name.endsWith('running_var')
        ? 0.5 + Math.abs(random.normal())
        : value;
  return new Map(
    [...initialise(graph, random)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => moved(name, value)) },
    ]),
  );
}

/**
 * Compares each gradient that a training step computes with central differences of the loss in random directions, and expects one
 * for every weight that learns.
 */
export async function expectGradients(name: string, tested: GradientCase): Promise<void> {
  const graph = networkOf(tested);
  const random = Random.from(1, name);
  const parameters = parametersOf(graph, random);
  const [height = 0, width = 0] = graph.input.slice(1);
  const images = Float32Array.from({ length: BATCH * 3 * height * width }, () => random.normal());
  const batch = { images, targets: Int32Array.of(0, 1, 2) };
  const { target = 'cpu', kinked = false } = tested;
  const distance = kinked ? KINKED_STEP : SMOOTH_STEP;
  const step = await openOneStep({ graph, batchSize: BATCH, target });
  const { gradients } = await step.run(parameters, batch);
  const learning = graph.parameters.filter(({ role }) => role === 'weight');
  expect([...gradients.keys()]).toEqual(learning.map((parameter) => parameter.name));

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
}

function moved(tensors: Tensors, name: string, direction: Float32Array, distance: number): Tensors {
  const { shape, data } = tensors.get(name) as Tensor;
  const data2 = data.map((value, i) => value + distance * (direction[i] ?? 0));
  return new Map([...tensors, [name, { shape, data: data2 }]]);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
