import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { healthTask } from '../../../src-main/workers/health.ts';
import { importTask } from '../../../src-main/workers/import.ts';
import { smallVoc, writeFiles } from '../../support/voc.ts';
import { writeTiles } from '../../support/tiles.ts';
import { testBackend, type TestBackend } from './support.ts';

let backend: TestBackend;
beforeEach(async () => void (backend = await testBackend({ import: importTask, health: healthTask })));
afterEach(() => backend.close());

async function imported(root: string): Promise<number> {
  const { dataset, job } = await backend.client('datasets.import', { path: root, name: 'tiles' });
  expect(await backend.ended(job.id)).toMatchObject({ status: 'done' });
  return dataset.id;
}

async function tiles(): Promise<number> {
  const root = path.join(backend.folder, 'tiles');
  for (const [index, split] of ['train', 'test'].entries())
    await writeTiles(path.join(root, split), 3, 32, index + 1);
  await mkdir(path.join(root, 'test/spots'), { recursive: true });
  await copyFile(path.join(root, 'train/spots/spots-000.png'), path.join(root, 'test/spots/copy.png'));
  return imported(root);
}

it('checks a dataset of patches as a job, keeps the report, and says when it is stale', async () => {
  const { client, app } = backend;
  const id = await tiles();
  expect(await client('datasets.health', { id })).toBeNull();
  const job = await client('datasets.checkHealth', { id });
  expect(job).toMatchObject({ kind: 'health', datasetId: id, title: 'Check tiles' });
  expect(await client('datasets.checkHealth', { id })).toMatchObject({ id: job.id }); // one at a time
  expect(await backend.ended(job.id)).toMatchObject({ status: 'done' });
  const report = await client('datasets.health', { id });
  expect(report).toMatchObject({
    datasetId: id,
    stale: false,
    health: {
      read: 19,
      duplicates: { between: { exact: 1 } },
    },
  });
  expect(report!.health.duplicates.pairs[0]).toMatchObject({
    exact: true,
    first: { split: 'train', path: 'train/spots/spots-000.png' },
    second: { split: 'test', path: 'test/spots/copy.png' },
  });
  expect(Date.now() - report!.checkedAt).toBeLessThan(60_000);

  app.session().store.brokenFiles.insertAll(id, [{ path: 'x.png', reason: 'torn' }]);
  expect(await client('datasets.health', { id })).toMatchObject({ stale: true });
  await client('datasets.delete', { id });
  await expect(client('datasets.health', { id })).rejects.toThrow(/no dataset/i);
});

it('checks natural images, without the background among the classes', async () => {
  const root = path.join(backend.folder, 'VOC2012');
  await writeFiles(root, await smallVoc());
  const id = await imported(root);
  const { id: jobId } = await backend.client('datasets.checkHealth', { id });
  expect(await backend.ended(jobId)).toMatchObject({ status: 'done', error: null });
  const { health } = (await backend.client('datasets.health', { id }))!;
  const { images } = await backend.client('datasets.get', { id });
  expect(health.read).toBe(images);
  expect(health.classes.map(({ name }) => name)).not.toContain('background');
  expect(health.classes[0]).toMatchObject({ index: 1, name: 'aeroplane' });
});

it('does not delete a dataset that is being checked', async () => {
  const id = await tiles();
  const job = await backend.client('datasets.checkHealth', { id });
  await expect(backend.client('datasets.delete', { id })).rejects.toThrow(/is being checked/);
  await backend.client('jobs.cancel', { id: job.id });
  await backend.ended(job.id);
  await backend.client('datasets.delete', { id });
});
