import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { imageRoutes } from '../../src-main/contract/images.ts';
import { readPatch } from '../../src-main/data/patchPixels.ts';
import { qupathGeoJson } from '../support/geojson.ts';
import { writePcam } from '../support/pcam.ts';
import {
  heldTraining,
  importOf,
  importingTasks,
  patchesOf,
  refreshOf,
  smallRun,
} from '../support/refreshing.ts';
import { testImage, writeTiff } from '../support/slides.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { fakeTasks } from '../unit/backend/tasks.ts';

let backend: TestBackend;
let training: ReturnType<typeof heldTraining>;
beforeEach(async () => {
  training = heldTraining(fakeTasks.train!);
  backend = await testBackend({ ...fakeTasks, ...importingTasks, train: training.task });
});
afterEach(() => backend.close());

const at = (...parts: string[]) => path.join(backend.folder, ...parts);

it('a workspace that was copied to another place trains on what it holds of slides and PCam, and is told where the rest lies', async () => {
  const areas = qupathGeoJson([
    ['Tumour', 0, 0, 128, 0, 128, 256, 0, 256],
    ['Stroma', 128, 0, 256, 0, 256, 256, 128, 256],
  ]);
  await mkdir(at('here/slides'), { recursive: true });
  await writeTiff(at('here/slides/case.tif'), testImage(256, 256), { compression: 'deflate' });
  await mkdir(at('here/notes'));
  await writeFile(at('here/notes/case.geojson'), areas);
  const sizes = { train: 60, valid: 12, test: 12 };
  await writePcam(at('here/packed'), sizes, { side: 16, chunks: [1, 16, 16, 3] });
  await writePcam(at('here/plain'), sizes, { side: 16 });
  const cutting = { patchSize: 32, mpp: null };
  const slides = await importOf(backend, at('here/slides'), {
    ...{ name: 'slides', annotations: at('here/notes'), cutting },
  });
  const packed = await importOf(backend, at('here/packed'), { name: 'packed' });
  const plain = await importOf(backend, at('here/plain'), { name: 'plain' });
  const before = await Promise.all([slides, packed, plain].map(({ id }) => patchesOf(backend, id)));

  const elsewhere = at('elsewhere/w2');
  await backend.client('workspace.close', {});
  await mkdir(path.dirname(elsewhere));
  await cp(backend.workspace, elsewhere, { recursive: true });
  await rm(backend.workspace, { recursive: true });
  await rename(at('here'), at('there'));
  await backend.client('workspace.open', { path: elsewhere });
  const listed = await backend.client('datasets.list', {});
  expect(Object.fromEntries(listed.map(({ name, missing }) => [name, missing]))).toEqual({
    ...{ slides: false, packed: false, plain: true },
  });

  for (const [i, { id }] of [slides, packed].entries()) {
    const run = await backend.client('runs.create', { config: smallRun(id) });
    expect(await backend.ended(run.jobId ?? 0)).toMatchObject({ status: 'done', error: null });
    const asked = training.asked[i]!;
    expect(asked.root.startsWith(elsewhere + path.sep)).toBe(true);
    for (const { path: file } of asked.train)
      expect((await readPatch(path.join(asked.root, file))).width).toBe(i === 0 ? 32 : 16);
    const url = `http://127.0.0.1:1${imageRoutes.patchThumbnail(before[i]![3]!.id, 64)}?token=${backend.token}`;
    expect((await backend.http.request(url, { headers: { host: '127.0.0.1:1' } })).status).toBe(200);
  }
  for (const [i, { id, name }] of [slides, packed, plain].entries()) {
    expect(await refreshOf(backend, id, at('there', name))).toMatchObject({ status: 'done', error: null });
    expect(await backend.client('datasets.get', { id })).toMatchObject({ revision: 1, missing: false });
    expect(await patchesOf(backend, id)).toEqual(before[i]);
  }
}, 60_000);
