import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freeze } from '../../src-main/graph/freeze.ts';
import type { Graph } from '../../src-main/graph/graph.ts';
import { GraphBuilder } from '../../src-main/graph/graphBuilder.ts';
import { batchNorm } from '../../src-main/graph/ops/batchNorm.ts';
import { conv2d } from '../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../src-main/graph/ops/globalAveragePool.ts';
import { relu } from '../../src-main/graph/ops/relu.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensor } from '../../src-main/models/tensors.ts';
import type { Clipping, OptimizerSpec, ParameterGroup } from '../../src-main/engines/engine.ts';
import { createTrainer } from '../../src-main/engines/onnx/trainer.ts';
import { deviating, deviation, withPrefix } from './fixture.ts';

/*
 * Ten steps against PyTorch in float64, in units of each tensor's largest value. PyTorch's own float32 deviates by up to 1.2e-7 in the
 * losses and 8.5e-7 in the trained tensors (`float32Deviation` in the fixture); three times that is left to another order of sums.
 */
const TOLERANCE = { losses: 5e-7, trained: 2.5e-6 };

interface Case {
  optimizer: OptimizerSpec;
  learningRate: number;
  groups?: ParameterGroup[];
  clipping?: Clipping;
  accumulate?: number;
  frozen?: string[];
}

const file = (extension: string) =>
  readFileSync(new URL(`fixtures/optimizers.${extension}`, import.meta.url));
const facts = JSON.parse(file('json').toString()) as {
  batchSize: number;
  imageSize: number;
  classes: number;
  targets: number[][];
  steps: number;
  cases: Record<string, Case>;
};
const { tensors } = decodeSafetensors(file('safetensors'));
const images = (tensors.get('images') as Tensor).data;
const initial = withPrefix(tensors, 'initial.');

it.each(Object.entries(facts.cases))('%s: ten steps agree with PyTorch', async (name, options) => {
  const { learningRate, frozen = [], accumulate = 1, ...others } = options;
  const graph = freeze(tinyNet(), (parameter) => frozen.some((prefix) => parameter.startsWith(prefix)));
  const { batchSize, steps } = facts;
  const trainer = await createTrainer({
    ...others,
    graph,
    accumulate,
    batchSize,
    parameters: initial,
    device: 'cpu',
  });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++)
    losses.push((await trainer.step(batch(step * accumulate, accumulate), learningRate)).loss);
  expect(deviation(losses, (tensors.get(`${name}.losses`) as Tensor).data)).toBeLessThan(TOLERANCE.losses);
  const expected = withPrefix(tensors, `${name}.trained.`);
  expect(deviating(await trainer.state(), expected, TOLERANCE.trained)).toEqual([]);
  await trainer.dispose();
});

/** `count` of the fixture's batches one behind the other, beginning with the one whose turn `start` is. */
function batch(start: number, count: number) {
  const indices = Array.from({ length: count }, (_, i) => (start + i) % facts.targets.length);
  const size = images.length / facts.targets.length;
  return {
    images: Float32Array.from(indices.flatMap((i) => [...images.subarray(i * size, (i + 1) * size)])),
    targets: Int32Array.from(indices.flatMap((i) => facts.targets[i] ?? [])),
  };
}

/** make_optimizer_fixtures.py's TinyNet: its convolutions are computed as `Conv` and as a matrix product. */
function tinyNet(): Graph {
  const builder = new GraphBuilder([3, facts.imageSize, facts.imageSize]);
  const conv1 = conv2d(builder, 'conv1', builder.input, { channels: 16, kernel: 3, padding: 1 });
  const x = relu(builder, 'relu1', batchNorm(builder, 'bn1', conv1));
  const conv2 = conv2d(builder, 'conv2', x, { channels: 8, kernel: 3, stride: 2, padding: 1 });
  const y = relu(builder, 'relu2', batchNorm(builder, 'bn2', conv2));
  const logits = dense(builder, 'fc', globalAveragePool(builder, 'pool', y), facts.classes);
  return builder.finish(logits, { kind: 'softmaxCrossEntropy' });
}
