import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../src-main/contract/pretrainPresets.ts';
import type { LabelledImage } from '../../src-main/contract/values/labelledImage.ts';
import { ModelCard } from '../../src-main/contract/values/model.ts';
import type { PretrainKind } from '../../src-main/contract/values/pretraining.ts';
import type { PretrainSpec } from '../../src-main/contract/worker.ts';
import { decodeIndexPng } from '../../src-main/data/voc/indexPng.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import { SHAPE_CLASSES, writeShapes } from '../support/shapes.ts';
import { runInWorker, type WorkerRun } from '../support/trainingWorker.ts';

let root: string;
let images: LabelledImage[];
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tessera-pretrain-'));
  images = await writeShapes(path.join(root, 'voc'), 24, 9);
});
afterAll(() => rm(root, { recursive: true }));

/** 12 iterations of 6 images, validated after each 4 on 6 of the 9 validation images. */
function specOf(kind: PretrainKind, folder: string, changes: Partial<PretrainSpec> = {}): PretrainSpec {
  return {
    folder: path.join(root, folder),
    config: {
      ...presetConfig('quick', kind, 1),
      ...{ width: 8, cropSize: 33, batchSize: 6, iterations: 12, validateEvery: 4, validationImages: 6 },
      device: 'cpu',
    },
    validationDevice: 'cpu',
    root: path.join(root, 'voc'),
    classNames: SHAPE_CLASSES,
    train: images.filter(({ split }) => split === 'train'),
    val: images.filter(({ split }) => split === 'val'),
    initFile: null,
    dataset: { name: 'Shapes', synthetic: false },
    resume: false,
    ...changes,
  };
}

type Run = WorkerRun<'pretrain'>;
const stepsOf = ({ events }: Run) => events.flatMap((event) => (event.type === 'steps' ? event.steps : []));
const validationsOf = ({ events }: Run) =>
  events.flatMap((event) => (event.type === 'validation' ? event.validation : []));

/** What has to be equal between two runs: losses, validations and the files, byte for byte. */
async function decisive(run: Run) {
  if (!run.done) throw new Error(`it did not finish: ${JSON.stringify(run.messages.at(-1))}`);
  const { validation, checkpoint, iteration } = run.done.result;
  return {
    steps: stepsOf(run),
    validations: validationsOf(run).map((row) => ({ ...row, seconds: 0 })),
    result: { checkpoint, iteration, validation: validation && { ...validation, seconds: 0 } },
    safetensors: (await readFile(run.done.safetensors)).toString('base64'),
    onnx: (await readFile(run.done.onnx)).toString('base64'),
  };
}

describe.each(['segmentation', 'classification'] as const)('pre-training by %s', (kind) => {
  let first: Run;
  beforeAll(async () => {
    first = await runInWorker('pretrain', specOf(kind, `${kind}-first`));
  });

  it('reports every iteration, the validations, and the final weights on all validation images', () => {
    expect(stepsOf(first).map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    const rate = kind === 'segmentation' ? 1e-3 : 1e-2;
    expect(stepsOf(first)[6]?.learningRate).toBeCloseTo(rate * (1 - 6 / 12) ** 0.9, 12);
    expect(validationsOf(first).map(({ iteration, n }) => [iteration, n])).toEqual([
      [4, 6],
      [8, 6],
      [12, 6],
    ]);
    const { result } = first.done ?? {};
    const best = validationsOf(first).findLast((row) => row.best);
    expect(result).toMatchObject({
      checkpoint: 'best',
      iteration: best?.iteration,
      counts: { train: 24, val: 9 },
    });
    expect(result?.validation).toMatchObject({ n: 9, iteration: best?.iteration });
    expect(result?.validation?.perClass).toHaveLength(kind === 'segmentation' ? 4 : 3);
    expect(result?.hints.join(' ')).toMatch(/12 iterations are few/);
    const progress = first.messages.flatMap((message) =>
      message.type === 'progress' ? message.progress : [],
    );
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBeLessThanOrEqual(1);
  });

  it('shows the same six validation pictures after each validation', async () => {
    const strips = validationsOf(first).map(({ pictures }) => pictures.map(({ imageId }) => imageId));
    expect(strips[0]).toHaveLength(6);
    expect(new Set(strips.map(String)).size).toBe(1);
    const scores = validationsOf(first)[2]?.pictures[0]?.scores;
    if (kind === 'classification') {
      expect(scores).toHaveLength(3);
      expect(await readdir(path.join(root, `${kind}-first`))).not.toContain('pictures');
      return;
    }
    expect(scores).toBeNull();
    expect(await readdir(path.join(root, `${kind}-first`, 'pictures'))).toHaveLength(18);
    const image = images.find(({ id }) => id === strips[0]?.[0]);
    const file = path.join(root, `${kind}-first`, 'pictures', `12-${image?.id}.png`);
    const mask = decodeIndexPng(await readFile(file));
    expect(mask).toMatchObject({ width: image?.width, height: image?.height });
    expect(Math.max(...mask.data)).toBeLessThan(4);
  });

  it('writes a model that says what it is, for another training to begin from', async () => {
    const { onnx = '', safetensors = '', card } = first.done ?? {};
    const { tensors, metadata } = decodeSafetensors(await readFile(safetensors));
    expect(ModelCard.parse(JSON.parse(metadata.tessera ?? ''))).toEqual(card);
    expect(card).toMatchObject({
      kind: kind === 'segmentation' ? 'segmenter' : 'multilabel',
      classNames: kind === 'segmentation' ? SHAPE_CLASSES : SHAPE_CLASSES.slice(1),
    });
    const { score, n } = first.done?.result.validation ?? {};
    const metric = kind === 'segmentation' ? 'mIoU' : 'mAP';
    expect(JSON.parse(metadata.held_out_result ?? '')).toMatchObject({
      ...{ split: 'validation', dataset: 'Shapes', metric, value: score, n },
    });
    expect(tensors.get('layer4.1.bn2.running_var')?.shape).toEqual([64]);
    expect([...tensors.keys()].some((name) => name.startsWith('optimizer.'))).toBe(false);
    const session = await ort.InferenceSession.create(onnx);
    const images = new ort.Tensor('float32', new Float32Array(2 * 3 * 33 * 33), [2, 3, 33, 33]);
    const { logits } = await session.run({ images });
    expect(logits?.dims).toEqual(kind === 'segmentation' ? [2, 4, 33, 33] : [2, 3]);
  });

  it('gives the same twice, bit for bit, and another with another seed', async () => {
    const again = await decisive(await runInWorker('pretrain', specOf(kind, `${kind}-second`)));
    expect(again).toEqual(await decisive(first));
    const { config } = specOf(kind, '');
    const spec = specOf(kind, `${kind}-third`, { config: { ...config, seed: 2, iterations: 2 } });
    expect(stepsOf(await runInWorker('pretrain', spec))).not.toEqual(again.steps.slice(0, 2));
  });

  it('equals the uninterrupted one when it is killed again and again', async () => {
    const spec = { ...specOf(kind, `${kind}-killed`), resume: true };
    for (const iteration of [4, 8]) {
      const killed = await runInWorker('pretrain', spec, (message) =>
        message.type === 'event' &&
        message.event.type === 'validation' &&
        message.event.validation.iteration === iteration
          ? 'kill'
          : undefined,
      );
      expect(killed.done).toBeNull();
    }
    expect(await decisive(await runInWorker('pretrain', spec))).toEqual(await decisive(first));
  });

  it('stops quickly when it is cancelled, and goes on from that iteration', async () => {
    const spec = specOf(kind, `${kind}-cancelled`);
    const cancelled = await runInWorker('pretrain', spec, (message) =>
      message.type === 'event' && message.event.type === 'steps' ? 'cancel' : undefined,
    );
    expect(cancelled.messages.at(-1)).toEqual({ type: 'cancelled' });
    expect(cancelled.cancelTook).toBeLessThan(5000);
    const resumed = await runInWorker('pretrain', { ...spec, resume: true });
    expect(await decisive(resumed)).toEqual(await decisive(first));
  });

  it('begins with another model’s backbone, whatever its head', async () => {
    const { config } = specOf(kind, '');
    const other = kind === 'segmentation' ? 'classification' : 'segmentation';
    const still = { ...config.optimizer, learningRate: 1e-12 }; // so that what it began with is still seen
    const { done } = await runInWorker('pretrain', {
      ...specOf(other, `${kind}-start`),
      config: { ...specOf(other, '').config, iterations: 1, optimizer: still },
      initFile: first.done?.safetensors ?? '',
    });
    const [source, result] = await Promise.all(
      [first.done?.safetensors ?? '', done?.safetensors ?? ''].map(
        async (file) => decodeSafetensors(await readFile(file)).tensors,
      ),
    );
    const [a, b] = [source, result].map((tensors) => tensors?.get('layer3.0.conv1.weight')?.data);
    expect(a?.length).toBeGreaterThan(0);
    a?.forEach((value, i) => expect(b?.[i]).toBeCloseTo(value, 6));
  });
});

describe('pre-training', () => {
  it.each(['segmentation', 'classification'] as const)('learns shapes by %s', async (kind) => {
    const { config } = specOf(kind, '');
    const run = await runInWorker('pretrain', {
      ...specOf(kind, `${kind}-learns`),
      // crops that hold the whole image, or a label might name what a crop does not show
      config: {
        ...{ ...config, iterations: 100, validateEvery: 50, validationImages: null },
        ...{ cropSize: 65, rescale: [0.8, 1] },
      },
    });
    const losses = stepsOf(run).map(({ loss }) => loss);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.7 * mean(losses.slice(0, 10)));
    expect(run.done?.result.validation?.n).toBe(9);
    // chance is about 0.2 of the overlap, and 0.4 of the precision
    const floor = kind === 'segmentation' ? 0.4 : 0.8;
    expect(run.done?.result.validation?.score).toBeGreaterThan(floor);
  });

  it('says so when it diverges', async () => {
    const { config } = specOf('segmentation', '');
    const optimizer = { ...config.optimizer, learningRate: 10, weightDecay: 0 };
    const spec = specOf('segmentation', 'diverges', {
      config: { ...config, optimizer, headLearningRateFactor: 1000 },
    });
    expect((await runInWorker('pretrain', spec)).messages.at(-1)).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/diverged.*lower learning rate/),
    });
  });
});
