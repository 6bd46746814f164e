import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { healthTask } from '../../../src-main/workers/health.ts';
import { importTask } from '../../../src-main/workers/import.ts';
import { cuttingOf } from '../../support/annotated.ts';
import { qupathGeoJson } from '../../support/geojson.ts';
import { testImage, writeTiff } from '../../support/slides.ts';
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

it('names the places of cut patches, and takes no two pieces of glass for one under two classes', async () => {
  const root = path.join(backend.folder, 'cases');
  await mkdir(root);
  const slide = testImage(256, 128);
  slide.data.fill(243, 0, 256 * 64 * 3); // glass above tissue
  slide.data.copyWithin(256 * 96 * 3, 256 * 64 * 3, 256 * 96 * 3); // a row of patches once more
  await writeTiff(path.join(root, 'a.tif'), slide, { compression: 'deflate' });
  const half = (name: string, x: number, y: number) =>
    [name, x, y, x + 128, y, x + 128, y + 128, x, y + 128] as const;
  const areas = [half('Tumour', 0, 0), half('Stroma', 128, 0)];
  areas.push(['Fat', 0, 96, 32, 96, 32, 128, 0, 128]); // the copy of the first tumour
  await writeFile(path.join(root, 'a.geojson'), qupathGeoJson(areas));
  const cutting = cuttingOf();
  const { client } = backend;
  const { dataset, job } = await client('datasets.import', { path: root, name: 'cases', cutting });
  expect(await backend.ended(job.id)).toMatchObject({ status: 'done' });
  await backend.ended((await client('datasets.checkHealth', { id: dataset.id })).id);
  const { health } = (await client('datasets.health', { id: dataset.id }))!;
  expect(health.blank.count).toBe(16);
  expect(health.blank.examples[0]).toMatchObject({
    cutFrom: { slide: 'a.tif', place: { x: 0, y: 0, side: 32 } },
  });
  expect(health.duplicates).toMatchObject({ contradicting: 1, within: { exact: 8 } });
  expect(health.duplicates.pairs[0]).toMatchObject({
    first: { cutFrom: { place: { x: 0, y: 64 } } },
    second: { cutFrom: { place: { x: 0, y: 96 } } },
  });
  expect(health.hints[0]?.text).toMatch(/wrong or ambiguous. Look at it, and correct the annotations.$/);
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
