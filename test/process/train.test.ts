import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import { ModelCard } from '../../src-main/contract/values/model.ts';
import type { SpecPatch, TrainSpec } from '../../src-main/contract/worker.ts';
import { createPatchLoader } from '../../src-main/data/patchLoader.ts';
import { readMetadata } from '../../src-main/engines/onnx/export.ts';
import { decodeSafetensors } from '../../src-main/models/safetensors.ts';
import { softmax } from '../../src-main/training/softmax.ts';
import { TILE_CLASSES, writeTiles } from '../support/tiles.ts';
import { trainInWorker, type TrainingRun } from '../support/trainingWorker.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tessera-train-'));
  await writeTiles(path.join(root, 'tiles'), 14);
});
afterAll(() => rm(root, { recursive: true }));

/** Tiles `from` … `to - 1` of each class. */
function tiles(from: number, to: number): SpecPatch[] {
  return TILE_CLASSES.flatMap((name, classIndex) =>
    Array.from({ length: to - from }, (_, i) => ({
      id: 1 + classIndex * 100 + from + i,
      path: `${name}/${name}-${String(from + i).padStart(3, '0')}.png`,
      classIndex,
    })),
  );
}

/** 18 training patches in batches of 4, so that the last of 5 steps is filled up; a network of 4 channels. */
function specOf(folder: string, changes: Partial<TrainSpec> = {}): TrainSpec {
  return {
    folder: path.join(root, folder),
    config: { ...defaultRunConfig(1), width: 4, imageSize: 32, epochs: 8, batchSize: 4, device: 'cpu' },
    root: path.join(root, 'tiles'),
    classNames: [...TILE_CLASSES],
    train: tiles(0, 6),
    val: tiles(6, 9),
    test: tiles(9, 14),
    initFile: null,
    dataset: { name: 'Stripes', mpp: 0.5, synthetic: true, patchSize: 32 },
    resume: false,
    ...changes,
  };
}

/** What has to be equal between two runs: losses, curves, predictions, metrics and the files, byte for byte. */
async function decisive({ events, done }: TrainingRun) {
  if (!done) throw new Error('the run did not finish');
  const epochs = events.flatMap((event) => (event.type === 'epoch' ? event.epoch : []));
  const { test, validation, bestEpoch, checkpoint, baseline } = done.result;
  return {
    steps: events.flatMap((event) => (event.type === 'steps' ? event.steps : [])),
    epochs: epochs.map((row) => ({ ...row, imagesPerSecond: 0, waitFraction: 0 })),
    predictions: events.filter(({ type }) => type === 'predictions'),
    result: { test, validation, bestEpoch, checkpoint, baseline },
    safetensors: (await readFile(done.safetensors)).toString('base64'),
    onnx: (await readFile(done.onnx)).toString('base64'),
  };
}

describe('the training worker', () => {
  let first: TrainingRun;
  beforeAll(async () => {
    first = await trainInWorker(specOf('first'));
  });

  it('reports every step and epoch, and progress up to the end', () => {
    const steps = first.events.flatMap((event) => (event.type === 'steps' ? event.steps : []));
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    const epochs = first.events.flatMap((event) => (event.type === 'epoch' ? event.epoch.epoch : []));
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const progress = first.messages.flatMap((message) =>
      message.type === 'progress' ? message.progress : [],
    );
    expect(progress[0]).toMatchObject({ fraction: 0, message: 'preparing the network' });
    expect(progress.map(({ fraction }) => fraction)).toEqual(
      progress.map(({ fraction }) => fraction).sort((a, b) => a - b),
    );
  });

  it('says how good the network is, what colour alone reaches, and what to know about both', () => {
    const { result } = first.done ?? {};
    expect(result).toMatchObject({
      checkpoint: 'best',
      counts: { train: 18, val: 9, test: 15 },
      device: 'cpu',
      test: { n: 15 },
      validation: { n: 9 },
    });
    expect(result?.baseline?.name).toMatch(/colour/i);
    expect(result?.hints.join(' ')).toMatch(/synthetic/);
    expect(result?.hints.join(' ')).toMatch(/validation set has only about 3 patches per class/);
    expect(result?.seconds).toBeGreaterThan(0);
    expect(result?.imagesPerSecond).toBeGreaterThan(0);
    const test = first.events.find((event) => event.type === 'predictions' && event.split === 'test');
    expect(test).toMatchObject({
      patchIds: tiles(9, 14).map(({ id }) => id),
      trueClasses: tiles(9, 14).map(({ classIndex }) => classIndex),
    });
  });

  it('writes an ONNX file that describes itself and gives the same scores in a plain session', async () => {
    const { onnx = '', card } = first.done ?? {};
    const metadata = readMetadata(await readFile(onnx));
    expect(ModelCard.parse(JSON.parse(metadata.get('tessera') ?? ''))).toEqual(card);
    expect(Object.fromEntries(metadata)).toMatchObject({
      class_names: '["across","down","spots"]',
      patch_size: '32',
      spacing_um_px: '0.5',
      image_size: '32',
      dataset: 'Stripes',
      seed: '1',
      research_use_only: expect.stringContaining('Not for use in diagnostic procedures'),
    });
    if (!card) throw new Error('no card');
    const { n, accuracy, macroF1, rocAuc } = first.done?.result.test ?? {};
    const date = new Date().toISOString().slice(0, 10);
    const said = { split: 'test', dataset: 'Stripes', date, n, accuracy, macroF1, rocAuc };
    expect(JSON.parse(metadata.get('held_out_result') ?? '')).toEqual(said);
    const loader = createPatchLoader({ ...card, threads: 1, cacheBytes: 0 });
    const paths = tiles(9, 14).map((patch) => path.join(root, 'tiles', patch.path));
    const images = await loader.load({ paths, augment: null });
    await loader.dispose();
    const session = await ort.InferenceSession.create(onnx);
    const { logits } = await session.run({ images: new ort.Tensor('float32', images, [15, 3, 32, 32]) });
    const scores = softmax(logits?.data as Float32Array, 3);
    const event = first.events.find((e) => e.type === 'predictions' && e.split === 'test');
    const reported = event?.type === 'predictions' ? event.scores : new Float32Array();
    expect(reported).toHaveLength(45);
    scores.forEach((score, i) => expect(score).toBeCloseTo(reported[i] ?? NaN, 4));
  });

  it('writes the weights under torchvision’s names, without the optimizer', async () => {
    const { tensors, metadata } = decodeSafetensors(await readFile(first.done?.safetensors ?? ''));
    expect(tensors.get('fc.weight')?.shape).toEqual([3, 32]);
    expect(tensors.has('layer4.1.bn2.running_var')).toBe(true);
    expect([...tensors.keys()].some((name) => name.startsWith('optimizer.'))).toBe(false);
    expect(ModelCard.parse(JSON.parse(metadata.tessera ?? ''))).toEqual(first.done?.card);
  });

  it('gives the same result twice, bit for bit, and another with another seed', async () => {
    const again = await decisive(await trainInWorker(specOf('second')));
    expect(again).toEqual(await decisive(first));
    const { config } = specOf('');
    const other = await trainInWorker(specOf('third', { config: { ...config, seed: 2 } }));
    expect((await decisive(other)).steps).not.toEqual(again.steps);
  });

  it.each([
    ['while it prepares', (message) => message.type === 'progress'],
    ['after its third epoch', (message) => isEpoch(message, 3)],
    ['at its very end', (message) => message.type === 'event' && message.event.type === 'predictions'],
  ] satisfies [string, Parameters<typeof killWhen>[0]][])(
    'equals the uninterrupted run when it is killed %s and resumed',
    async (name, when) => {
      const spec = specOf(`killed ${name}`);
      const killed = await trainInWorker(spec, killWhen(when));
      expect(killed.done).toBeNull();
      const resumed = await trainInWorker({ ...spec, resume: true });
      expect(await decisive(resumed)).toEqual(await decisive(first));
    },
  );

  it('equals the uninterrupted run when it is killed again and again', async () => {
    const spec = { ...specOf('killed often'), resume: true };
    for (const epoch of [2, 4, 5, 7])
      expect(
        (
          await trainInWorker(
            spec,
            killWhen((message) => isEpoch(message, epoch)),
          )
        ).done,
      ).toBeNull();
    expect(await decisive(await trainInWorker(spec))).toEqual(await decisive(first));
  });

  it('stops quickly when it is cancelled within an epoch, and goes on from that step', async () => {
    const spec = specOf('cancelled');
    const cancelled = await trainInWorker(spec, (message) =>
      message.type === 'event' && message.event.type === 'steps' ? 'cancel' : undefined,
    );
    expect(cancelled.messages.at(-1)).toEqual({ type: 'cancelled' });
    expect(cancelled.cancelTook).toBeLessThan(5000);
    expect(await readdir(path.join(spec.folder, 'checkpoints'))).not.toEqual([]);
    const resumed = await trainInWorker({ ...spec, resume: true });
    expect(await decisive(resumed)).toEqual(await decisive(first));
  });

  it('begins with another model’s backbone', async () => {
    const initFile = first.done?.safetensors ?? '';
    const { config } = specOf('');
    const still = { ...config.optimizer, learningRate: 1e-12 }; // so that what it began with is still seen
    const { done } = await trainInWorker(
      specOf('started', { initFile, config: { ...config, epochs: 1, optimizer: still } }),
    );
    const [source, result] = await Promise.all(
      [initFile, done?.safetensors ?? ''].map(
        async (file) => decodeSafetensors(await readFile(file)).tensors,
      ),
    );
    const distance = (name: string) => {
      const [a, b] = [source?.get(name)?.data, result?.get(name)?.data];
      return Math.max(...(a ?? [NaN]).map((value, i) => Math.abs(value - (b?.[i] ?? NaN))));
    };
    expect(distance('layer3.0.conv1.weight')).toBeLessThan(1e-6);
    expect(distance('fc.weight')).toBeGreaterThan(0.01);
    const told = done?.result.carriedOver;
    expect(told?.fresh).toEqual(['fc.weight', 'fc.bias']);
    expect(told?.left).toEqual(['fc.weight', 'fc.bias']);
    expect(told?.carried).toHaveLength((source?.size ?? NaN) - 2);
  });

  it('remembers what was carried over when it goes on after its start is gone', async () => {
    const initFile = path.join(root, 'start.safetensors');
    await copyFile(first.done?.safetensors ?? '', initFile);
    const spec = specOf('interrupted', { initFile });
    const cancelled = await trainInWorker(spec, (message) =>
      message.type === 'event' && message.event.type === 'steps' ? 'cancel' : undefined,
    );
    expect(cancelled.messages.at(-1)).toEqual({ type: 'cancelled' });
    await rm(initFile);
    const { done } = await trainInWorker({ ...spec, resume: true });
    expect(done?.result.carriedOver?.fresh).toEqual(['fc.weight', 'fc.bias']);
  });

  it('refuses checkpoints of other settings, a start that does not fit, and classes without patches', async () => {
    const { config } = specOf('');
    const failure = async (spec: TrainSpec) => (await trainInWorker(spec)).messages.at(-1);
    const changed = { ...config, optimizer: { ...config.optimizer, learningRate: 0.5 } };
    expect(await failure(specOf('first', { resume: true, config: changed }))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/belong to other settings/),
    });
    const wider = specOf('wider', { config: { ...config, width: 8 }, initFile: first.done?.safetensors });
    expect(await failure(wider)).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/cannot be carried over.*depth and width/),
    });
    const train = tiles(0, 6).filter(({ classIndex }) => classIndex !== 1);
    expect(await failure(specOf('gap', { train }))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/No training patch shows down/),
    });
  });

  it('names a broken patch', async () => {
    const broken = 'spots/broken.png';
    await writeFile(path.join(root, 'tiles', broken), 'not an image');
    const train = [...tiles(0, 6), { id: 999, path: broken, classIndex: 2 }];
    expect((await trainInWorker(specOf('broken', { train }))).messages.at(-1)).toMatchObject({
      type: 'failed',
      message: expect.stringContaining('broken.png'),
    });
  });
});

type Message = TrainingRun['messages'][number];

function killWhen(when: (message: Message) => boolean) {
  return (message: Message) => (when(message) ? ('kill' as const) : undefined);
}

function isEpoch(message: Message, epoch: number): boolean {
  return message.type === 'event' && message.event.type === 'epoch' && message.event.epoch.epoch === epoch;
}
