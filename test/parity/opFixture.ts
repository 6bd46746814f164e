import { readFileSync } from 'node:fs';
import { GraphBuilder, type Value } from '../../src-main/graph/graphBuilder.ts';
import { freeze } from '../../src-main/graph/freeze.ts';
import type { Graph } from '../../src-main/graph/graph.ts';
import { add } from '../../src-main/graph/ops/add.ts';
import { averagePool } from '../../src-main/graph/ops/averagePool.ts';
import { batchNorm } from '../../src-main/graph/ops/batchNorm.ts';
import { concat } from '../../src-main/graph/ops/concat.ts';
import { conv2d } from '../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../src-main/graph/ops/dense.ts';
import { dropout } from '../../src-main/graph/ops/dropout.ts';
import { globalAveragePool } from '../../src-main/graph/ops/globalAveragePool.ts';
import { maxPool } from '../../src-main/graph/ops/maxPool.ts';
import { relu } from '../../src-main/graph/ops/relu.ts';
import { resizeBilinear } from '../../src-main/graph/ops/resizeBilinear.ts';
import { sigmoid } from '../../src-main/graph/ops/sigmoid.ts';
import { logSoftmax, softmax } from '../../src-main/graph/ops/softmax.ts';
import { elements, type Shape } from '../../src-main/graph/shape.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensor, Tensors } from '../../src-main/models/tensors.ts';
import { withPrefix } from './fixture.ts';

type Layer = (builder: GraphBuilder, name: string, values: Value[]) => Value;

/** Of any operation: what it needs is there. */
type Options = Parameters<typeof conv2d>[3] &
  Parameters<typeof maxPool>[3] &
  Parameters<typeof resizeBilinear>[3] & { features: number; probability: number; mode: string };

interface Facts {
  batchSize: number;
  cases: Record<string, { op: string; inputs: Shape[]; options: Options }>;
}

/** One operation as make_op_fixtures.py asked PyTorch about it. */
export interface OpCase {
  readonly name: string;
  readonly batchSize: number;
  /** Each input is a value x0, x1 … of its own, which equals some channels of the images; the operation's value is `TESTED`. */
  readonly graph: Graph;
  readonly inputs: readonly Shape[];
  /** Of every layer: of `TESTED`, and those that pick the inputs' channels. */
  readonly parameters: Tensors;
  readonly images: Float32Array;
  readonly training: boolean;
  readonly mask: Tensor | undefined;
  /** The gradient of `TESTED`. */
  readonly upstream: Tensor;
  /** y, dx0, dx1 …, gradient.<name>, statistic.<name>. */
  readonly expected: Tensors;
}

export const TESTED = 'tested';

export function loadOpCases(): OpCase[] {
  const file = (extension: string) => readFileSync(new URL(`fixtures/ops.${extension}`, import.meta.url));
  const { cases, batchSize } = JSON.parse(file('json').toString()) as Facts;
  const { tensors } = decodeSafetensors(file('safetensors'));
  return Object.entries(cases).map(([name, { op, inputs, options }]) => {
    const own = withPrefix(tensors, `${name}/`);
    const values = inputs.map((_, i) => own.get(`x${i}`) as Tensor);
    const graph = networkOf(inputs, layers(options)[op] as Layer);
    const parameters = [...withPrefix(own, 'parameter.')].map(
      ([key, tensor]) => [`${TESTED}.${key}`, tensor] as const,
    );
    return {
      name,
      batchSize,
      graph: options.mode === 'frozen' ? freeze(graph, (parameter) => parameter.includes('running')) : graph,
      inputs,
      parameters: new Map([...parameters, ...pickers(inputs)]),
      images: sideBySide(values, batchSize),
      training: options.mode !== 'evaluation',
      mask: own.get('mask'),
      upstream: own.get('upstream') as Tensor,
      expected: new Map([...own].filter(([key]) => /^(y|dx\d|gradient\..*|statistic\..*)$/.test(key))),
    };
  });
}

function layers(options: Options): Record<string, Layer> {
  const one =
    (layer: (builder: GraphBuilder, name: string, value: Value) => Value): Layer =>
    (builder, name, [value]) =>
      layer(builder, name, value as Value);
  return {
    conv2d: one((b, name, x) => conv2d(b, name, x, options)),
    batchNorm: one(batchNorm),
    relu: one(relu),
    sigmoid: one(sigmoid),
    softmax: one(softmax),
    logSoftmax: one(logSoftmax),
    dropout: one((b, name, x) => dropout(b, name, x, options.probability)),
    maxPool: one((b, name, x) => maxPool(b, name, x, options)),
    averagePool: one((b, name, x) => averagePool(b, name, x, options)),
    globalAveragePool: one(globalAveragePool),
    resizeBilinear: one((b, name, x) => resizeBilinear(b, name, x, options)),
    concat: (b, name, values) => concat(b, name, ...values),
    add: (b, name, values) => add(b, name, ...values),
    dense: one((b, name, x) => dense(b, name, x, options.features)),
  };
}

/** The operation behind 1x1 convolutions that pass its inputs on, so that these have gradients. */
function networkOf(inputs: readonly Shape[], layer: Layer): Graph {
  const [[, height = 1, width = 1] = []] = inputs;
  const builder = new GraphBuilder([channelsOf(inputs), height, width]);
  const values = inputs.map(([channels = 0, ...pixels], i) => {
    const isImage = pixels.length > 0;
    const picked = conv2d(builder, isImage ? `x${i}` : `picked${i}`, builder.input, { channels, kernel: 1 });
    return isImage ? picked : globalAveragePool(builder, `x${i}`, picked);
  });
  return builder.finish(layer(builder, TESTED, values), { kind: 'softmaxCrossEntropy' });
}

/** Weights [channels of the input, channels of the images] of ones and zeros. */
function pickers(inputs: readonly Shape[]): [string, Tensor][] {
  const all = channelsOf(inputs);
  let first = 0;
  return inputs.map(([channels = 0, ...pixels], i) => {
    const start = first;
    first += channels;
    const data = Float32Array.from({ length: channels * all }, (_, at) =>
      at % all === start + Math.floor(at / all) ? 1 : 0,
    );
    return [`${pixels.length > 0 ? 'x' : 'picked'}${i}.weight`, { shape: [channels, all, 1, 1], data }];
  });
}

const channelsOf = (inputs: readonly Shape[]) => inputs.reduce((sum, [channels = 0]) => sum + channels, 0);

/** [N, C0 + C1 + …, H, W] of the inputs [N, Ci, H, W]. */
function sideBySide(values: readonly Tensor[], batchSize: number): Float32Array {
  const samples = Array.from({ length: batchSize }, (_, n) =>
    values.flatMap(({ shape, data }) => {
      const size = elements(shape.slice(1));
      return [...data.subarray(n * size, (n + 1) * size)];
    }),
  );
  return Float32Array.from(samples.flat());
}
