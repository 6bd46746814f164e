import ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { resizeBilinear } from '../../../src-main/graph/ops/resizeBilinear.ts';
import { createClassifier } from '../../../src-main/engines/onnx/classifier.ts';
import { inferenceModel } from '../../../src-main/engines/onnx/export.ts';
import { decodeModel } from '../../../src-main/engines/onnx/schema.ts';
import { openSession } from '../../../src-main/engines/onnx/session.ts';
import { fromStored, storages, storedShape, toStored } from '../../../src-main/engines/onnx/storage.ts';
import { evaluationStep } from '../../../src-main/engines/onnx/trainingStep.ts';
import { deviation } from '../../parity/fixture.ts';

const BATCH = 3;
const SIDE = 9;

/** A wide convolution, one in groups of five outputs, a depthwise one; each with batch norm; and a resize. */
function network() {
  const builder = new GraphBuilder([3, SIDE, SIDE]);
  const wide = conv2d(builder, 'wide', builder.input, { channels: 16, kernel: 3 });
  const groups = conv2d(builder, 'groups', batchNorm(builder, 'bn1', wide), {
    channels: 20,
    kernel: 3,
    groups: 4,
    bias: true,
  });
  const options = { channels: 20, kernel: 3, padding: 1, groups: 20 };
  const depthwise = conv2d(builder, 'depthwise', batchNorm(builder, 'bn2', groups), options);
  const normalised = batchNorm(builder, 'bn3', depthwise);
  const resized = resizeBilinear(builder, 'resize', normalised, { height: 12, width: 7, alignCorners: true });
  const logits = dense(builder, 'fc', globalAveragePool(builder, 'pool', resized), 3);
  return builder.finish(logits, { kind: 'softmaxCrossEntropy' });
}

const graph = network();
const random = Random.from(3);
const parameters = new Map(
  [...initialise(graph, random)].map(([name, { shape, data }]) => {
    const value = name.endsWith('running_var') ? () => random.between(0.5, 2) : () => 0.3 * random.normal();
    return [name, { shape, data: data.map(value) }];
  }),
);

it('folds batch norm into grouped convolutions', async () => {
  const images = Float32Array.from({ length: BATCH * 3 * SIDE * SIDE }, () => random.normal());
  const model = inferenceModel(graph, parameters, {});
  const operators = decodeModel(model).graph.node.map(({ opType }) => opType);
  expect(operators.filter((op) => op === 'Conv')).toHaveLength(3);
  expect(operators).not.toContain('Sqrt');
  const classifier = await createClassifier({ model, device: 'cpu' });
  const folded = await classifier.logits(images, BATCH);
  await classifier.dispose();

  const session = await openSession(evaluationStep(graph, BATCH, 'cpu'), { device: 'cpu' });
  const storageOf = storages(graph, BATCH, 'cpu');
  const feeds = [...parameters].map(([name, tensor]) => {
    const storage = storageOf.get(name) ?? 'plain';
    const shape = [...storedShape(tensor.shape, storage)];
    return [name, new ort.Tensor('float32', toStored(tensor, storage), shape)] as const;
  });
  const evaluated = await session.run({
    ...Object.fromEntries(feeds),
    images: new ort.Tensor('float32', images, [BATCH, 3, SIDE, SIDE]),
  });
  await session.release();
  // Float32 rounding of two orders of the same products.
  expect(deviation(folded, evaluated['logits']?.data as Float32Array)).toBeLessThan(1e-5);
});

it('keeps grouped weights as PyTorch has them', () => {
  for (const [name, storage] of storages(graph, BATCH, 'cpu')) {
    if (/^(groups|depthwise)/.test(name)) expect(storage, name).toBe('plain');
    const tensor = parameters.get(name);
    if (tensor) expect(fromStored(toStored(tensor, storage), tensor.shape, storage)).toEqual(tensor);
  }
});
