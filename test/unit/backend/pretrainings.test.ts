import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { imageRoutes } from '../../../src-main/contract/images.ts';
import { vocRgb } from '../../../src-main/contract/palette.ts';
import { presetConfig } from '../../../src-main/contract/pretrainPresets.ts';
import type { PretrainConfig, ValidationRow } from '../../../src-main/contract/values/pretraining.ts';
import type { PretrainSpec } from '../../../src-main/contract/worker.ts';
import type { TaskTable } from '../../../src-main/jobs/memoryHost.ts';
import { testBackend, type TestBackend } from './support.ts';
import { card, fakeTasks } from './tasks.ts';

const validation: ValidationRow = {
  ...{ iteration: 2, n: 2, loss: 1.5, score: 0.25, perClass: [0.5, 0, null], pixelAccuracy: 0.5 },
  ...{ seconds: 3, best: true, pictures: [{ imageId: 9, scores: null }] },
};

let specs: PretrainSpec[];
let timings: number;
let fails: boolean;

/** Ten images, the last two to validate; one of them is a duplicate, one has no mask. */
const tasks: TaskTable = {
  ...fakeTasks,
  import: async (spec, { event }) => {
    const classNames = ['background', 'cat', 'dog'];
    event({ type: 'layout', layout: 'voc', root: spec.path, classNames, mpp: null });
    const images = Array.from({ length: 10 }, (_, i) => ({
      ...{ path: `${i}.jpg`, maskPath: i === 0 ? null : `${i}.png`, labels: [1 + (i % 2)] },
      ...{ split: i < 8 ? ('train' as const) : ('val' as const), width: 50, height: 40 },
      sha256: String(i === 1 ? 2 : i).padStart(64, '0'),
      maskSha256: i === 0 ? null : String(i).padStart(64, 'a'),
    }));
    event({ type: 'images', images });
    return { patches: 10, broken: 0 };
  },
  pretrain: async (spec, { event }) => {
    specs.push(spec);
    event({ type: 'steps', steps: [{ iteration: 1, loss: 2, learningRate: 0.1 }] });
    if (fails) throw new Error('power cut');
    event({ type: 'steps', steps: [{ iteration: 2, loss: 1, learningRate: 0.05 }] });
    mkdirSync(path.join(spec.folder, 'pictures'), { recursive: true });
    mkdirSync(path.join(spec.folder, 'checkpoints'));
    const mask = sharp(Buffer.of(0, 2, 1, 255), { raw: { width: 2, height: 2, channels: 1 } });
    await mask
      .toColourspace('b-w')
      .png()
      .toFile(path.join(spec.folder, 'pictures', '2-9.png'));
    event({ type: 'validation', validation });
    const [onnx, safetensors] = [path.join(spec.folder, 'm.onnx'), path.join(spec.folder, 'm.safetensors')];
    writeFileSync(onnx, 'onnx');
    writeFileSync(safetensors, 'weights');
    return {
      result: {
        ...{ validation, checkpoint: 'best', iteration: 2, counts: { train: 7, val: 2 }, hints: [] },
        ...{ seconds: 10, imagesPerSecond: 4, carriedOver: null, waitFraction: 0, device: 'cpu' },
      },
      ...{ card: { ...card, kind: 'segmenter', width: 16, classNames: spec.classNames }, onnx, safetensors },
    };
  },
  timePretraining: async () => {
    timings++;
    return { secondsPerIteration: 2, secondsPerValidationImage: 0.5 };
  },
};

let backend: TestBackend;
let datasetId: number;
beforeEach(async () => {
  [specs, timings, fails] = [[], 0, false];
  backend = await testBackend(tasks);
  datasetId = await imported('VOC');
});
afterEach(() => backend.close());

async function imported(name: string): Promise<number> {
  const folder = path.join(backend.folder, name);
  mkdirSync(folder);
  const { dataset, job } = await backend.client('datasets.import', { path: folder, name });
  await backend.ended(job.id);
  return dataset.id;
}

const config = (changes: Partial<PretrainConfig> = {}): PretrainConfig => ({
  ...presetConfig('quick', 'segmentation', datasetId),
  ...{ iterations: 2, batchSize: 3, device: 'cpu', ...changes },
});

async function pretrained(changes: Partial<PretrainConfig> = {}) {
  const { id, jobId } = await backend.client('pretrainings.create', { config: config(changes) });
  await backend.ended(jobId ?? 0);
  return backend.client('pretrainings.get', { id });
}

describe('pre-trainings', () => {
  it('train on each image once, on those with a mask where masks are the target', async () => {
    await pretrained();
    expect(specs[0]?.train.map((image) => image.path)).toEqual([
      '1.jpg',
      '3.jpg',
      '4.jpg',
      '5.jpg',
      '6.jpg',
      '7.jpg',
    ]);
    expect(specs[0]?.val.map((image) => image.path)).toEqual(['8.jpg', '9.jpg']);
    await pretrained({ kind: 'classification' });
    expect(specs[1]?.train).toHaveLength(7);
  });

  it('keep their curves and pictures, and give a model with its lineage', async () => {
    const pretraining = await pretrained();
    expect(pretraining).toMatchObject({
      ...{ status: 'done', iterationsDone: 2, bestScore: 0.25, classNames: ['background', 'cat', 'dog'] },
      name: 'VOC · segmentation · ResNet-18 (width 16) · 2 iterations · seed 1',
    });
    const { id, modelId } = pretraining;
    expect(await backend.client('pretrainings.history', { id })).toEqual({
      steps: [
        { iteration: 1, loss: 2, learningRate: 0.1 },
        { iteration: 2, loss: 1, learningRate: 0.05 },
      ],
      validations: [validation],
    });
    expect(await backend.client('models.get', { id: modelId ?? 0 })).toMatchObject({
      ...{ runId: null, pretrainingId: id, init: null, trainable: true, testAccuracy: null },
      validation: { metric: 'mIoU', value: 0.25, n: 2 },
    });
    const checkpoints = path.join(backend.workspace, 'pretrainings', String(id), 'checkpoints');
    await vi.waitFor(() => expect(existsSync(checkpoints)).toBe(false)); // removed once the result is stored
    const types = new Set<string>(backend.events.map(({ type }) => type));
    for (const type of ['pretraining', 'pretrainingSteps', 'validation', 'model'])
      expect(types).toContain(type);

    const url = imageRoutes.pretrainingMask(id, 2, 9);
    const response = await backend.http.request(`http://127.0.0.1:1${url}?token=${backend.token}`, {
      headers: { host: '127.0.0.1:1' },
    });
    expect(response.headers.get('content-type')).toBe('image/png');
    const pixels = await sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer();
    expect([...pixels.subarray(0, 12)]).toEqual([0, 0, 0, 0, ...vocRgb(2), 255, ...vocRgb(1), 255]);
  });

  it('go on after a failure', async () => {
    fails = true;
    const failed = await pretrained();
    expect(failed).toMatchObject({ status: 'failed', iterationsDone: 1, modelId: null });
    fails = false;
    const { jobId } = await backend.client('pretrainings.resume', { id: failed.id });
    await backend.ended(jobId ?? 0);
    expect(specs.map(({ resume }) => resume)).toEqual([false, true]);
    const done = backend.client('pretrainings.resume', { id: failed.id });
    await expect(done).rejects.toThrow(/finished; there is nothing to resume/);
  });

  it('are deleted with their pictures, but not the model that came of them', async () => {
    const { id, modelId } = await pretrained();
    await expect(backend.client('datasets.delete', { id: datasetId })).rejects.toThrow(/pre-training “VOC/);
    await backend.client('pretrainings.delete', { id });
    expect(existsSync(path.join(backend.workspace, 'pretrainings', String(id)))).toBe(false);
    expect(await backend.client('models.get', { id: modelId ?? 0 })).toMatchObject({ pretrainingId: null });
    await backend.client('datasets.delete', { id: datasetId });
  });

  it('do not start without what they need, and say what that is', async () => {
    const problem = async (changes: Partial<PretrainConfig>) =>
      (await backend.client('pretrainings.estimate', { config: config(changes) })).problem;
    expect(await problem({})).toBeNull();
    expect(await problem({ batchSize: 7 })).toMatch(
      /7 images is more than the 6 training images with a mask/,
    );
    expect(await problem({ architecture: 'resnet50' })).toMatch(/ResNet-18 or ResNet-34/);
    expect(await problem({ rescale: [1.5, 0.5] })).toMatch(/smallest rescale factor/);
    expect(await problem({ init: { kind: 'model', modelId: 77 } })).toMatch(/is gone/);
    const { modelId } = await pretrained();
    const init = { kind: 'model' as const, modelId: modelId ?? 0 };
    expect(await problem({ init, width: 32 })).toMatch(
      /is a ResNet-18 \(width 16\) and cannot be carried over/,
    );
    expect(await problem({ init, width: 16 })).toBeNull();
    const create = backend.client('pretrainings.create', { config: config({ batchSize: 7 }) });
    await expect(create).rejects.toThrow(/smaller batch/);
  });
});

describe('the estimate', () => {
  const estimate = (changes: Partial<PretrainConfig>) =>
    backend.client('pretrainings.estimate', { config: config(changes) });
  const measure = async (changes: Partial<PretrainConfig>) => {
    const job = await backend.client('pretrainings.measure', { config: config(changes) });
    await backend.app.session().queue.idle();
    return job;
  };
  const plan = { iterations: 100, validateEvery: 50, validationImages: null };

  it('says that nothing was measured, and once a job has measured it, says so', async () => {
    expect(await estimate(plan)).toMatchObject({ seconds: null, basis: null, counts: { train: 6, val: 2 } });
    const [first, second] = await Promise.all([measure(plan), measure(plan)]);
    expect([second.id, timings]).toEqual([first.id, 1]);
    const measured = await estimate(plan);
    expect(measured).toMatchObject({ seconds: 100 * 2 + 2 * 2 * 0.5, basis: 'measured', problem: null });
    expect(measured.sentence).toMatch(/about 3 minutes on this computer \(measured on real steps/);
  });

  it('measures nothing that could not begin', async () => {
    await expect(measure({ ...plan, batchSize: 7 })).rejects.toThrow(/smaller batch/);
    expect(timings).toBe(0);
  });

  it('counts the measurement of the final weights where validations take fewer images', async () => {
    await measure({ ...plan, validationImages: 1 });
    const { seconds } = await estimate({ ...plan, validationImages: 1 });
    expect(seconds).toBe(200 + 2 * 0.5 + 2 * 0.5);
  });

  it('reckons from the most alike that was measured, by its work', async () => {
    await measure(plan);
    const twice = await estimate({ ...plan, batchSize: 6 });
    expect(twice).toMatchObject({ basis: 'scaled', seconds: 100 * 4 + 2 * 2 * 0.5 });
    expect((await estimate({ ...plan, width: 32 })).seconds).toBe(100 * 8 + 2 * 2 * 2);
  });

  it('knows how long earlier ones took', async () => {
    await pretrained();
    const { seconds, basis } = await estimate(plan);
    expect([seconds, basis]).toEqual([100 * (3 / 4) + 2 * 2 * (3 / 2), 'measured']);
  });
});

describe('models that were pre-trained', () => {
  it('classify no slides', async () => {
    const { modelId } = await pretrained();
    const file = path.join(backend.folder, 's.svs');
    writeFileSync(file, '');
    const slideId = backend.app.session().store.slides.announce('s.svs', file, false);
    backend.app.session().store.slides.setFacts(slideId, {
      ...{ format: 't', width: 9, height: 9, mpp: 1, levels: [], associated: [] },
    });
    const start = backend.client('predictions.start', { slideId, modelId: modelId ?? 0 });
    await expect(start).rejects.toThrow(/was pre-trained on natural images and cannot classify tissue/);
  });

  it('stay while something began from them, by name', async () => {
    const { modelId } = await pretrained();
    const init = { kind: 'model' as const, modelId: modelId ?? 0 };
    const second = await pretrained({ init, kind: 'classification' });
    expect(second.modelId).not.toBeNull();
    const { init: lineage } = await backend.client('models.get', { id: second.modelId ?? 0 });
    expect(lineage).toMatchObject({ id: modelId });
    const remove = () => backend.client('models.delete', { id: modelId ?? 0 });
    await expect(remove()).rejects.toThrow(/because the pre-training “VOC · classification.*” began from it/);
    await backend.client('pretrainings.delete', { id: second.id });
    await expect(remove()).rejects.toThrow(/because the model “VOC · classification.*” began from it/);
    await backend.client('models.delete', { id: second.modelId ?? 0 });
    await remove();
    expect(await backend.client('models.list', {})).toEqual([]);
  });

  it('are no datasets of patches', async () => {
    const run = backend.client('runs.create', { config: defaultRunConfig(datasetId) });
    await expect(run).rejects.toThrow(/natural images/);
  });
});
