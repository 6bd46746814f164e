import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createClassifier } from '../../src-main/engines/onnx/classifier.ts';
import { inferenceModel } from '../../src-main/engines/onnx/export.ts';
import { createTrainer } from '../../src-main/engines/onnx/trainer.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import type { Tensor } from '../../src-main/models/tensors.ts';
import { decodeWeights } from '../../src-main/models/weightsFile.ts';
import { deviation } from './fixture.ts';

/** In units of the largest logit, against PyTorch in float64: single roundings through a few layers. */
const TOLERANCE = 1e-5;

const bytesOf = (name: string) => readFileSync(new URL(`fixtures/weights/${name}`, import.meta.url));

it('a network with the weights of a .pth file scores images as PyTorch does', async () => {
  const { tensors } = decodeSafetensors(bytesOf('checkpoint.scores.safetensors'));
  const [images, logits] = [tensors.get('images') as Tensor, tensors.get('logits') as Tensor];
  const [count, , imageSize] = images.shape as [number, number, number];
  const graph = resnet({ depth: 18, width: 4, stages: 1, classes: logits.shape[1] as number, imageSize });
  const parameters = await decodeWeights(bytesOf('checkpoint.pth'));

  const optimizer = { kind: 'sgd', momentum: 0, weightDecay: 0 } as const;
  const trainer = await createTrainer({ graph, parameters, optimizer, batchSize: 2, device: 'cpu' });
  expect(deviation(await trainer.evaluate(images.data, count), logits.data)).toBeLessThan(TOLERANCE);
  await trainer.dispose();

  const classifier = await createClassifier({ model: inferenceModel(graph, parameters, {}), device: 'cpu' });
  expect(deviation(await classifier.logits(images.data, count), logits.data)).toBeLessThan(TOLERANCE);
  await classifier.dispose();
});
