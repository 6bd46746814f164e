import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { NO_SCORE } from '../../../src-main/contract/images.ts';
import { scoreMap } from '../../../src-main/backend/predictions/scoreMap.ts';
import { testBackend, type TestBackend } from './support.ts';
import { GRID, card, fakeTasks } from './tasks.ts';

let backend: TestBackend;
beforeEach(async () => {
  backend = await testBackend(fakeTasks);
});
afterEach(() => backend.close());

async function imported(name = 'd'): Promise<number> {
  const folder = path.join(backend.folder, 'patches');
  mkdirSync(folder, { recursive: true });
  const { dataset, job } = await backend.client('datasets.import', { path: folder, name });
  await backend.ended(job.id);
  return dataset.id;
}

const config = (datasetId: number) => ({
  ...defaultRunConfig(datasetId),
  perClass: 4,
  validationPerClass: 2,
  testFraction: 0.2,
  batchSize: 8,
});

async function trained() {
  const run = await backend.client('runs.create', { config: config(await imported()) });
  await backend.ended(run.jobId ?? 0);
  return backend.client('runs.get', { id: run.id });
}

/** A slide row without a file that could be opened: nothing here looks into it. */
function slide(): number {
  const file = path.join(backend.folder, 'slide.svs');
  writeFileSync(file, '');
  const { slides } = backend.app.session().store;
  const id = slides.announce('slide.svs', file, false);
  slides.setFacts(id, { format: 'test', width: 256, height: 192, mpp: 0.5, levels: [], associated: [] });
  return id;
}

describe('datasets', () => {
  it('are imported by a job, with broken files on a list', async () => {
    const id = await imported();
    const dataset = await backend.client('datasets.get', { id });
    expect(dataset).toMatchObject({ name: 'd', status: 'ready', patches: 20, broken: 1 });
    expect(dataset.classes.map(({ counts }) => counts.pool)).toEqual([10, 10]);
    expect(await backend.client('datasets.broken', { id })).toEqual([
      { path: 'a/broken.png', reason: 'It is empty.' },
    ]);
    expect(backend.events.filter(({ type }) => type === 'dataset').at(-1)).toMatchObject({
      dataset: { status: 'ready' },
    });
  });

  it('have names of their own', async () => {
    await imported('same');
    const other = path.join(backend.folder, 'other');
    mkdirSync(other);
    const again = backend.client('datasets.import', { path: other, name: 'same' });
    await expect(again).rejects.toThrow(/There is a dataset called “same” already/);
  });

  it('are imported once, also where the button was pressed twice after an import that failed', async () => {
    const folder = path.join(backend.folder, 'patches');
    mkdirSync(folder);
    const { store } = backend.app.session();
    store.datasets.insert({ name: 'd', layout: 'folder', root: folder, source: folder, mpp: null });
    const [failed] = store.datasets.list();
    mkdirSync(path.join(backend.workspace, 'datasets', String(failed!.id)), { recursive: true });
    const twice = [1, 2].map(() => backend.client('datasets.import', { path: folder, name: 'd' }));
    const outcomes = await Promise.allSettled(twice);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await backend.client('datasets.list', {})).toHaveLength(1);
  });

  it('are not deleted while a run uses them', async () => {
    const { id, config: used } = await trained();
    await expect(backend.client('datasets.delete', { id: used.datasetId })).rejects.toThrow(
      /the run “.*” uses it/,
    );
    await backend.client('runs.delete', { id });
    await backend.client('datasets.delete', { id: used.datasetId });
    expect(await backend.client('datasets.list', {})).toEqual([]);
  });

  it('say what is wrong with the path', async () => {
    const gone = backend.client('datasets.import', { path: '/no/such/folder', name: 'x' });
    await expect(gone).rejects.toThrow(/no folder or file \/no\/such\/folder/);
  });
});

describe('runs', () => {
  it('draw their patches, train, and leave a model', async () => {
    const run = await trained();
    expect(run).toMatchObject({
      status: 'done',
      epochsDone: 1,
      name: 'd · ResNet-18 · 4 per class · seed 1',
    });
    const drawn = backend.app.session().store.runPatches.list(run.id);
    expect([drawn.train.length, drawn.val.length, drawn.test.length]).toEqual([8, 4, 4]);
    const model = await backend.client('models.get', { id: run.modelId ?? 0 });
    expect(model).toMatchObject({
      runId: run.id,
      testAccuracy: 0.75,
      testN: 4,
      trainable: true,
      bytes: 4,
      card,
    });
    const history = await backend.client('runs.history', { id: run.id });
    expect([history.steps.length, history.epochs.length]).toEqual([1, 1]);
    const { total, predictions } = await backend.client('runs.predictions', { id: run.id });
    expect(total).toBe(4);
    expect(predictions[0]).toMatchObject({ trueClass: 1, predictedClass: 0 });
  });

  it('are refused, in words, when there are too few labels', async () => {
    const tooMany = { ...config(await imported()), perClass: 100 };
    const { problem } = await backend.client('runs.estimate', { config: tooMany });
    expect(problem).toMatch(/^Too few patches outside the test set: class a has 8, b has 8;/);
    await expect(backend.client('runs.create', { config: tooMany })).rejects.toThrow(/class a has 8/);
    expect(await backend.client('runs.list', {})).toEqual([]);
  });

  it('say how long they take once something was measured', async () => {
    const datasetId = await imported();
    const before = await backend.client('runs.estimate', { config: config(datasetId) });
    expect(before).toMatchObject({ counts: { train: 8, val: 4, test: 4 }, seconds: null, problem: null });
    expect(before.sentence).toMatch(/^Trains ResNet-18 for 60 epochs on 8 patches\./);
    const run = await backend.client('runs.create', { config: config(datasetId) });
    await backend.ended(run.jobId ?? 0);
    const after = await backend.client('runs.estimate', { config: config(datasetId) });
    // 60 epochs of 8 images and a third of 4, and a third of 4 test images, at 40 images per second
    expect(after.seconds).toBeCloseTo((60 * (8 + 4 / 3) + 4 / 3) / 40, 6);
    expect(after.sentence).toBe(
      'Trains ResNet-18 for 60 epochs on 8 patches; less than a minute on this computer.',
    );
    const larger = { ...config(datasetId), architecture: 'resnet34' as const, imageSize: 192 };
    expect((await backend.client('runs.estimate', { config: larger })).seconds).toBeCloseTo(
      (after.seconds ?? 0) * 8,
      6,
    );
  });

  it('are not resumed when they are done', async () => {
    const { id } = await trained();
    await expect(backend.client('runs.resume', { id })).rejects.toThrow(UserError);
  });
});

describe('models', () => {
  it('are exported whole and imported once', async () => {
    const { modelId } = await trained();
    const target = path.join(backend.folder, 'out', 'copy.onnx');
    const written = await backend.client('models.export', { id: modelId ?? 0, format: 'onnx', path: target });
    expect([written, readFileSync(target, 'utf8')]).toEqual([{ path: target, bytes: 4 }, 'onnx']);
    const first = await backend.client('models.import', { path: target });
    expect(first).toMatchObject({ name: 'copy', runId: null, trainable: false });
    expect(await backend.client('models.import', { path: target })).toEqual(first);
    const safetensors = backend.client('models.export', {
      id: first.id,
      format: 'safetensors',
      path: target,
    });
    await expect(safetensors).rejects.toThrow(/cannot be written as safetensors/);
    await backend.client('models.delete', { id: first.id });
    expect(existsSync(path.join(backend.workspace, 'models', String(first.id)))).toBe(false);
  });
});

describe('predictions', () => {
  it('store scores, answer for a point and make the map', async () => {
    const { modelId } = await trained();
    const { id, jobId } = await backend.client('predictions.start', {
      slideId: slide(),
      modelId: modelId ?? 0,
    });
    await backend.ended(jobId ?? 0);
    const prediction = await backend.client('predictions.get', { id });
    expect(prediction).toMatchObject({
      status: 'done',
      grid: GRID,
      patches: 3,
      patchesDone: 3,
      tissueFraction: 0.25,
      patchesPerSecond: 2,
      classNames: ['a', 'b'],
    });
    expect(await backend.client('predictions.patchAt', { id, x: 130, y: 63 })).toEqual({
      column: 2,
      row: 0,
      x: 128,
      y: 0,
      size: 64,
      scores: [0.5, 0.5],
    });
    expect(await backend.client('predictions.patchAt', { id, x: 10, y: 10 })).toBeNull();
    const map = scoreMap(backend.app.session(), id);
    expect(map).toHaveLength(4 * 3 * 2);
    expect([...map.subarray(2, 6)]).toEqual([254, 0, 127, 127]);
    expect([...map.subarray(16, 20)]).toEqual([0, 254, NO_SCORE, NO_SCORE]);
  });

  it('go on where they stopped', async () => {
    const { modelId } = await trained();
    const { predictions, patchScores } = backend.app.session().store;
    const model = { modelName: 'm', classNames: ['a', 'b'], synthetic: false };
    const id = predictions.insert(slide(), modelId ?? 0, model);
    predictions.setGrid(id, GRID, 3, 0.25);
    const first = { columns: Int32Array.of(1), rows: Int32Array.of(0), scores: Float32Array.of(0.25, 0.75) };
    patchScores.putAll(id, { start: 0, ...first });
    predictions.setDone(id, 1, null);
    const { jobId } = await backend.client('predictions.resume', { id });
    await backend.ended(jobId ?? 0);
    expect(patchScores.all(id, 2).scores).toEqual(Float32Array.of(0.25, 0.75, 0.5, 0.5, 0, 1));
    expect((await backend.client('predictions.get', { id })).patchesDone).toBe(3);
  });

  it('are exported to planned paths', async () => {
    const { modelId } = await trained();
    const { id, jobId } = await backend.client('predictions.start', {
      slideId: slide(),
      modelId: modelId ?? 0,
    });
    const folder = path.join(backend.folder, 'out');
    const early = backend.client('predictions.export', { id, folder, formats: ['csv'] });
    await expect(early).rejects.toThrow(/not finished/);
    await backend.ended(jobId ?? 0);
    const { job, files } = await backend.client('predictions.export', {
      id,
      folder,
      formats: ['csv', 'geojson'],
    });
    expect(files).toEqual({
      csv: path.join(folder, 'model-outputs-csv', 'slide.csv'),
      geojson: path.join(folder, 'model-outputs-geojson', 'slide.geojson'),
    });
    expect((await backend.ended(job.id)).status).toBe('done');
  });
});

describe('workspaces', () => {
  it('are remembered, and only one process has one open', async () => {
    const [recent] = await backend.client('workspace.recent', {});
    expect(recent).toMatchObject({ path: backend.workspace, name: 'w', missing: false });
    const other = await testBackend();
    await expect(other.client('workspace.open', { path: backend.workspace })).rejects.toThrow(
      /open in another Tessera/,
    );
    expect(await other.client('workspace.current', {})).toMatchObject({ path: other.workspace });
    await backend.client('workspace.close', {});
    await other.client('workspace.open', { path: backend.workspace });
    await other.close();
  });

  it('are made only in empty folders', async () => {
    const full = path.join(backend.folder, 'full');
    mkdirSync(full);
    writeFileSync(path.join(full, 'thesis.docx'), '');
    await expect(backend.client('workspace.open', { path: full, create: true })).rejects.toThrow(/not empty/);
    await expect(backend.client('workspace.open', { path: full })).rejects.toThrow(/not a Tessera workspace/);
    const gone = path.join(backend.folder, 'gone');
    await expect(backend.client('workspace.open', { path: gone })).rejects.toThrow(/no folder/);
  });

  it('keep the accepted notice beyond them', async () => {
    expect((await backend.client('app.info', {})).researchUseAccepted).toBe(false);
    await backend.client('app.acceptResearchUse', {});
    expect((await backend.client('app.info', {})).researchUseAccepted).toBe(true);
  });
});
