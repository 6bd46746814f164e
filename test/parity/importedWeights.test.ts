import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelCard } from '../../src-main/contract/values/model.ts';
import { createClassifier } from '../../src-main/engines/onnx/classifier.ts';
import { inferenceModel } from '../../src-main/engines/onnx/export.ts';
import { createTrainer } from '../../src-main/engines/onnx/trainer.ts';
import { resnet } from '../../src-main/models/resnet.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
} from '../../src-main/models/safetensors.ts';
import type { Tensor } from '../../src-main/models/tensors.ts';
import { decodeWeights } from '../../src-main/models/weightsFile.ts';
import { modelAnswer } from '../../src-main/training/modelFiles.ts';
import { importWeightsTask } from '../../src-main/workers/importWeights.ts';
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

/** PyTorch's own known answers, in float64: that they are accepted shows layouts and preprocessing, within 1e-3. */
describe('a file with a known answer by PyTorch', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tessera-answers-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const context = { signal: new AbortController().signal, progress: () => {}, event: () => {} };
  const take = (file: string) => importWeightsTask({ file, folder: path.join(folder, 'taken') }, context);

  /** The fixture, changed. */
  async function changed(name: string, change: (file: SafetensorsFile) => SafetensorsFile): Promise<string> {
    const { tensors, metadata } = change(decodeSafetensors(bytesOf(`${name}.safetensors`)));
    const file = path.join(folder, 'changed.safetensors');
    await writeFile(file, encodeSafetensors(tensors, metadata));
    return file;
  }

  it.each([
    ['backbone', { kind: 'backbone', architecture: 'resnet50', width: 2 }],
    ['classifier', { kind: 'classifier', classNames: ['tumour', 'stroma', 'fat'], mpp: 0.5 }],
  ])('is taken in: %s', async (name, card) => {
    const file = await changed(name, (whole) => whole);
    expect((await take(file)).card).toMatchObject({ ...card, checked: { by: 'known answer', prefix: '' } });
  });

  it('gives it within float32’s rounding', async () => {
    for (const name of ['backbone', 'classifier']) {
      await take(await changed(name, (whole) => whole));
      const { metadata, tensors } = decodeSafetensors(
        await readFile(path.join(folder, 'taken/model.safetensors')),
      );
      const card = ModelCard.parse(JSON.parse(metadata['tessera'] ?? ''));
      const known = JSON.parse(metadata['known_answer'] ?? '') as { side: number; values: number[] };
      const said = await modelAnswer(tensors, card, known.side);
      expect(deviation(said?.values ?? [], known.values), name).toBeLessThan(TOLERANCE);
    }
  });

  const card = (metadata: Record<string, string>) => JSON.parse(metadata['tessera'] ?? '{}') as ModelCard;
  const withCard = (change: (card: ModelCard) => Partial<ModelCard>) => (file: SafetensorsFile) => ({
    ...file,
    metadata: {
      ...file.metadata,
      tessera: JSON.stringify({ ...card(file.metadata), ...change(card(file.metadata)) }),
    },
  });
  const withTensor =
    (name: string, change: (data: Float32Array) => Float32Array) => (file: SafetensorsFile) => {
      const { shape, data } = file.tensors.get(name) as Tensor;
      return { ...file, tensors: new Map([...file.tensors, [name, { shape, data: change(data) }]]) };
    };
  /** A 7x7 convolution of 3 colours as TensorFlow lays it: height, width, colours, outputs. */
  const asHwio = (data: Float32Array) => {
    const outputs = data.length / 147;
    return data.map((_, i) => {
      const [rest, out] = [Math.floor(i / outputs), i % outputs];
      return data[out * 147 + (rest % 3) * 49 + Math.floor(rest / 3)] ?? 0;
    });
  };

  it.each([
    ['another order of colours', 'classifier', withCard(({ mean: [r, g, b] }) => ({ mean: [b, g, r] }))],
    ['another deviation', 'classifier', withCard(() => ({ std: [0.229, 0.224, 0.225] }))],
    ['flipped kernels', 'classifier', withTensor('conv1.weight', (data) => data.toReversed())],
    ['another layout', 'backbone', withTensor('conv1.weight', asHwio)],
    [
      'a layer without its statistics',
      'backbone',
      withTensor('layer3.2.bn2.running_mean', (data) => data.fill(0)),
    ],
    ['one wrong weight of the head', 'classifier', withTensor('fc.weight', (data) => data.with(5, 3))],
    [
      'another answer',
      'backbone',
      ({ tensors, metadata }: SafetensorsFile) => ({
        tensors,
        metadata: { known_answer: metadata['known_answer']?.replace('[', '[0.5,') ?? '' },
      }),
    ],
  ])('is refused with %s', async (_, name, change) => {
    await expect(take(await changed(name, change))).rejects.toThrow(/it fails its self-test/);
  });
});
