import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import type { Model } from '../../src-main/contract/values/model.ts';
import type { RunConfig } from '../../src-main/contract/values/run.ts';
import type { TaskTable } from '../../src-main/jobs/memoryHost.ts';
import { importTask } from '../../src-main/workers/import.ts';
import { importWeightsTask } from '../../src-main/workers/importWeights.ts';
import { inspectModelTask } from '../../src-main/workers/inspectModel.ts';
import { trainTask } from '../../src-main/workers/train.ts';
import { TILE_CLASSES, writeTiles } from '../support/tiles.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { probed } from '../unit/backend/tasks.ts';

/** The workers' own tasks, in this process. */
const tasks: TaskTable = {
  import: importTask,
  train: trainTask,
  importWeights: importWeightsTask,
  inspectModel: inspectModelTask,
  probe: async ({ device }) => probed(device, device === 'cpu' ? 40 : null),
};

let [here, elsewhere]: TestBackend[] = [];
beforeEach(async () => {
  [here, elsewhere] = [await testBackend(tasks), await testBackend(tasks)];
});
afterEach(async () => {
  await here?.close();
  await elsewhere?.close();
});

async function trained({ client, folder, ended }: TestBackend, init: Model | null = null): Promise<Model> {
  const tiles = path.join(folder, 'tiles');
  await writeTiles(tiles, 6);
  const { dataset, job } = await client('datasets.import', { path: tiles, name: 'Tiles' });
  await ended(job.id);
  const config: RunConfig = {
    ...defaultRunConfig(dataset.id),
    ...{
      width: 4,
      imageSize: 32,
      perClass: 3,
      validationPerClass: 0,
      epochs: 1,
      batchSize: 4,
      device: 'cpu',
    },
    init: init ? { kind: 'model' as const, modelId: init.id } : { kind: 'random' as const },
  } as const;
  const run = await client('runs.create', { name: 'Streifen', config });
  const { status, error } = await ended(run.jobId ?? 0);
  expect([status, error]).toEqual(['done', null]);
  const { modelId } = await client('runs.get', { id: run.id });
  return client('models.get', { id: modelId ?? 0 });
}

/** Both files of a model, outside the workspace. */
async function exported({ client, folder }: TestBackend, { id }: Model) {
  const files = { onnx: path.join(folder, 'out.onnx'), safetensors: path.join(folder, 'out.safetensors') };
  for (const format of ['onnx', 'safetensors'] as const)
    await client('models.export', { id, format, path: files[format] });
  return files;
}

it('a model’s own files are that model, wherever they are imported, and in either order', async () => {
  if (!here || !elsewhere) throw new Error('no backends');
  const model = await trained(here);
  const files = await exported(here, model);
  for (const file of [files.onnx, files.safetensors])
    expect(await here.client('models.import', { path: file })).toEqual(model);
  expect(await here.client('models.list', {})).toEqual([model]);

  const first = await elsewhere.client('models.import', { path: files.onnx });
  expect(first).toMatchObject({ name: 'out', runId: null, source: files.onnx, trainable: false });
  expect(first.card).toMatchObject({
    ...{ kind: 'classifier', classNames: [...TILE_CLASSES], dataset: 'Tiles' },
    lineage: ['training on Tiles (“Streifen”, seed 1)', 'random weights'],
    checked: { by: 'known answer', prefix: '' },
  });
  // the same weights, now in a file that can be trained further
  const second = await elsewhere.client('models.import', { path: files.safetensors });
  expect(second).toEqual({ ...first, trainable: true });
  expect(await elsewhere.client('models.import', { path: files.onnx })).toEqual(second);
  expect(await elsewhere.client('models.list', {})).toEqual([second]);
  expect(elsewhere.events.filter(({ type }) => type === 'model').at(-1)).toMatchObject({
    model: { id: first.id, trainable: true },
  });

  // it is the start of a training there, whose model knows all of this
  const finer = await trained(elsewhere, second);
  expect(finer.card.lineage).toEqual([
    'fine-tuning on Tiles (“Streifen”, seed 1)',
    'training on Tiles (“Streifen”, seed 1)',
    'random weights',
  ]);
  expect(finer.card.weightsHash).not.toBe(model.card.weightsHash);
});

it('the result travels with the files, as what they state', async () => {
  if (!here || !elsewhere) throw new Error('no backends');
  const model = await trained(here);
  expect(model.card).not.toHaveProperty('statement'); // measured here
  const files = await exported(here, model);
  const { result: run } = await here.client('runs.get', { id: 1 });
  const { n, accuracy, macroF1, rocAuc } = run?.test ?? { n: 0 };
  expect([n, accuracy]).toEqual([model.testN, model.testAccuracy]);
  const result = { split: 'test', dataset: 'Tiles', date: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) };
  const statement = { believable: true, result: { ...result, n, accuracy, macroF1, rocAuc } };

  const first = await elsewhere.client('models.import', { path: files.onnx });
  expect(first).toMatchObject({ testAccuracy: null, testN: null, validation: null, card: { statement } });
  await elsewhere.client('models.delete', { id: first.id });
  const second = await elsewhere.client('models.import', { path: files.safetensors });
  expect(second).toMatchObject({ testAccuracy: null, testN: null, card: { statement } });

  // and goes on, out of the files that are written there
  const copies = await exported(elsewhere, second);
  await elsewhere.client('models.delete', { id: second.id });
  for (const copy of [copies.onnx, copies.safetensors]) {
    const third = await elsewhere.client('models.import', { path: copy });
    expect(third.card.statement).toEqual(second.card.statement);
    await elsewhere.client('models.delete', { id: third.id });
  }
});

it('weights come first, the ONNX file afterwards: still one model', async () => {
  if (!here || !elsewhere) throw new Error('no backends');
  const files = await exported(here, await trained(here));
  const first = await elsewhere.client('models.import', { path: files.safetensors });
  expect(first).toMatchObject({ name: 'out', trainable: true });
  expect(await elsewhere.client('models.import', { path: files.onnx })).toEqual(first);
  const copies = await exported(elsewhere, first);
  expect(await here.client('models.import', { path: copies.safetensors })).toMatchObject({ runId: 1 });
  expect(await here.client('models.list', {})).toHaveLength(1);
});
