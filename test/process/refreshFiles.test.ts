import { copyFileSync, existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageRoutes } from '../../src-main/contract/images.ts';
import type { TaskTable } from '../../src-main/jobs/memoryHost.ts';
import { qupathGeoJson, type Area } from '../support/geojson.ts';
import { pcamFile, writePcam, writePcamSplit } from '../support/pcam.ts';
import {
  heldTraining,
  importOf,
  importingTasks,
  patchesOf,
  refreshOf,
  smallRun,
  tinted,
} from '../support/refreshing.ts';
import { testImage, writeTiff } from '../support/slides.ts';
import { zipFile } from '../support/zipFile.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { fakeTasks } from '../unit/backend/tasks.ts';

let backend: TestBackend;
let root: string;
let training: ReturnType<typeof heldTraining>;
/** The test of the hardware waits for it, where there is one. */
let probing: PromiseWithResolvers<void> | null;
let probed: boolean;
beforeEach(async () => {
  training = heldTraining(fakeTasks.train!);
  [probing, probed] = [null, false];
  const probe: TaskTable['probe'] = async (spec, context) => {
    probed = true;
    await probing?.promise;
    return fakeTasks.probe!(spec, context);
  };
  backend = await testBackend({ ...fakeTasks, ...importingTasks, train: training.task, probe });
  root = path.join(backend.folder, 'data');
});
afterEach(() => backend.close());

const dataset = (id: number) => backend.client('datasets.get', { id });
const changes = (id: number) => backend.client('datasets.changes', { id });

describe('what the workspace keeps', () => {
  const zipOf = async (names: Readonly<Record<string, number>>) =>
    zipFile(
      await Promise.all(
        Object.entries(names).map(async ([name, red]) => ({ name, content: await tinted(red) })),
      ),
    );
  const folders = async () => (await readdir(path.join(backend.workspace, 'datasets'))).sort();

  it('of a zip is unpacked beside the old files, which go when no training reads them', async () => {
    const zip = path.join(backend.folder, 'data.zip');
    const names = Object.fromEntries(
      ['cat', 'dog'].flatMap((name, c) =>
        Array.from({ length: 6 }, (_, i) => [`${name}/${i}.png`, 20 * c + i]),
      ),
    );
    await writeFile(zip, await zipOf(names));
    const { id, root: first } = await importOf(backend, zip);
    training.hold();
    const run = await backend.client('runs.create', { config: smallRun(id) });
    await expect.poll(() => training.asked.length).toBe(1);

    await writeFile(zip, await zipOf({ ...names, 'cat/1.png': 99, 'cat/new.png': 77 }));
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });
    const second = await dataset(id);
    expect(second).toMatchObject({ revision: 2, patches: 13, missing: false });
    expect(second.root).not.toBe(first);
    // The training goes on where it began, also when a further refresh has begun with tidying up.
    await refreshOf(backend, id);
    for (const { path: file } of training.asked[0]?.train ?? [])
      expect(existsSync(path.join(first, file))).toBe(true);
    training.goOn();
    await backend.ended(run.jobId ?? 0);

    await refreshOf(backend, id);
    const third = await dataset(id);
    expect(third.revision).toBe(2);
    await expect.poll(folders).toEqual([path.basename(third.root)]);
    await writeFile(zip, 'torn');
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'failed' });
    await expect.poll(folders).toEqual([path.basename(third.root)]);
    expect(await dataset(id)).toEqual(third);
    await backend.client('runs.delete', { id: run.id });
    await backend.client('datasets.delete', { id });
    expect(await folders()).toEqual([]);
  });

  it('of a zip is trained on where it lies once the hardware is tested, if it was refreshed meanwhile', async () => {
    const zip = path.join(backend.folder, 'data.zip');
    const tiles = (more: string) =>
      Object.fromEntries(
        ['cat', 'dog'].flatMap((name, c) =>
          Array.from({ length: 6 }, (_, i) => [`${name}/${more}${i}.png`, 20 * c + i]),
        ),
      );
    await writeFile(zip, await zipOf(tiles('')));
    const { id } = await importOf(backend, zip);
    probing = Promise.withResolvers();
    const run = await backend.client('runs.create', { config: { ...smallRun(id), device: 'auto' } });
    await expect.poll(() => probed).toBe(true);
    await writeFile(zip, await zipOf(tiles('renamed')));
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });
    probing.resolve();
    expect(await backend.ended(run.jobId ?? 0)).toMatchObject({ status: 'done', error: null });
    const [asked] = training.asked;
    expect(asked?.train).toHaveLength(4);
    for (const { path: file } of asked?.train ?? [])
      expect([file, existsSync(path.join(asked!.root, file))]).toEqual([file, true]);
  });

  it.each([
    ['where the pixels lie in the source', {}],
    ['where they had to be copied', { chunks: [1, 16, 16, 3] }],
    ['where the files are packed', { gzip: true }],
  ])('of PCam is used again after a move, %s', async (_, options) => {
    const small = { side: 16, ...options };
    await writePcam(root, { train: 60, valid: 12, test: 12 }, small);
    // A date that a copy keeps exactly: copies are told from other files by their dates.
    for (const name of await readdir(root)) await utimes(path.join(root, name), 1.7e9, 1.7e9);
    const { id } = await importOf(backend, root);
    const before = await patchesOf(backend, id);
    const moved = path.join(backend.folder, 'pcam2');
    await rename(root, moved);
    expect(await dataset(id)).toMatchObject({ missing: !('gzip' in options || 'chunks' in options) });
    expect(await refreshOf(backend, id, moved)).toMatchObject({ status: 'done', error: null });
    expect(await dataset(id)).toMatchObject({ revision: 1, missing: false, source: moved });
    expect(await patchesOf(backend, id)).toEqual(before);
    const url = `http://127.0.0.1:1${imageRoutes.patchThumbnail(before[7]!.id, 64)}?token=${backend.token}`;
    expect((await backend.http.request(url, { headers: { host: '127.0.0.1:1' } })).status).toBe(200);

    // A copy of which the original goes later.
    const copy = path.join(backend.folder, 'pcam3');
    await cp(moved, copy, { recursive: true, preserveTimestamps: true });
    await refreshOf(backend, id, copy);
    await rm(moved, { recursive: true });
    expect(await dataset(id)).toMatchObject({ revision: 1, missing: false, source: copy });

    // Other test images: those are read anew, the others stay.
    await rm(path.join(copy, `${pcamFile('test', 'x.h5')}${'gzip' in options ? '.gz' : ''}`));
    await writePcamSplit(copy, 'test', 12, { ...small, seed: 9 });
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });
    expect(await changes(id)).toMatchObject({
      revision: 2,
      unchanged: 72,
      changed: 12,
      added: 0,
      removed: 0,
    });
    await expect.poll(folders).toHaveLength(1);
  });

  it('of annotated slides grows where annotations change, and older runs find what they learnt from', async () => {
    await mkdir(root);
    const slide = path.join(root, 'case.tif');
    await writeTiff(slide, testImage(256, 256), { compression: 'deflate' });
    const rectangle = (name: string, x: number, width: number): Area => [
      ...([name, x, 0, x + width, 0, x + width, 256, x, 256] as const),
    ];
    const annotate = (...areas: Area[]) => writeFile(`${slide}.geojson`, qupathGeoJson(areas));
    await annotate(rectangle('Tumour', 0, 96), rectangle('Stroma', 160, 96));
    const cutting = { patchSize: 32, mpp: null };
    const { id, cutting: stored } = await importOf(backend, root, { layout: 'annotated', cutting });
    expect(stored).toMatchObject({ patchSize: 32, mpp: null, coverage: 0.75 });
    const before = await patchesOf(backend, id);
    expect(before).toHaveLength(48);
    expect(before[0]?.place).toMatchObject({ side: 32 });
    // The same slides may be cut otherwise, but not the same again.
    await expect(importOf(backend, root, { name: 'b', layout: 'annotated', cutting })).rejects.toThrow(
      /already/,
    );
    await importOf(backend, root, { name: 'c', layout: 'annotated', cutting: { patchSize: 64, mpp: null } });

    training.hold();
    const run = await backend.client('runs.create', { config: smallRun(id) });
    await expect.poll(() => training.asked.length).toBe(1);
    training.breakDown();
    await backend.ended(run.jobId ?? 0);
    await annotate(rectangle('Tumour', 64, 32), rectangle('Stroma', 128, 128)); // less and more
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });
    expect(await changes(id)).toMatchObject({ unchanged: 32, removed: 16, added: 8, changed: 0, moved: 0 });
    const known = new Map(before.map((patch) => [patch.id, patch]));
    for (const patch of await patchesOf(backend, id))
      if (known.has(patch.id)) expect(patch).toEqual(known.get(patch.id));
    const resumed = await backend.client('runs.resume', { id: run.id });
    expect(await backend.ended(resumed.jobId ?? 0)).toMatchObject({ status: 'done', error: null });
    expect(training.asked[1]?.train).toEqual(training.asked[0]?.train);

    // A move alone changes nothing.
    const moved = path.join(backend.folder, 'moved');
    await rename(root, moved);
    expect(await refreshOf(backend, id, moved)).toMatchObject({ status: 'done', error: null });
    expect(await dataset(id)).toMatchObject({ revision: 2, source: moved, missing: false });
    await expect.poll(folders).toHaveLength(2);
    copyFileSync(path.join(moved, 'case.tif'), path.join(moved, 'more.tif'));
    copyFileSync(path.join(moved, 'case.tif.geojson'), path.join(moved, 'more.tif.geojson'));
    await refreshOf(backend, id);
    expect(await dataset(id)).toMatchObject({ revision: 3, patches: 80, duplicates: 40 });
  });
});
