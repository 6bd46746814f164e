import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageRoutes } from '../../src-main/contract/images.ts';
import {
  heldTraining,
  importOf,
  importingTasks,
  patchesOf,
  refreshOf,
  smallRun,
  tinted,
} from '../support/refreshing.ts';
import { smallVoc, vocJpeg, vocMask, writeFiles } from '../support/voc.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { fakeTasks } from '../unit/backend/tasks.ts';

let backend: TestBackend;
let root: string;
let training: ReturnType<typeof heldTraining>;
beforeEach(async () => {
  training = heldTraining(fakeTasks.train!);
  backend = await testBackend({ ...fakeTasks, ...importingTasks, train: training.task });
  root = path.join(backend.folder, 'data');
});
afterEach(() => backend.close());

const dataset = (id: number) => backend.client('datasets.get', { id });
const changes = (id: number) => backend.client('datasets.changes', { id });

/** Two classes, six patches each; the two files called 0.png are equal. */
async function writePatches(): Promise<void> {
  for (const [index, name] of ['cat', 'dog'].entries()) {
    await mkdir(path.join(root, name), { recursive: true });
    for (let i = 0; i < 6; i++)
      await writeFile(path.join(root, name, `${i}.png`), await tinted(i === 0 ? 1 : 10 * index + i + 2));
  }
}

describe('a folder', () => {
  it('is read again: what was added, removed, changed, moved and broken is told, the rest stays', async () => {
    await writePatches();
    const { id, revision } = await importOf(backend, root);
    expect([revision, await changes(id)]).toEqual([1, null]);
    const before = new Map((await patchesOf(backend, id)).map((patch) => [patch.path, patch.id]));

    await writeFile(path.join(root, 'cat/new.png'), await tinted(200)); // added
    await mkdir(path.join(root, 'bird'));
    await writeFile(path.join(root, 'bird/1.png'), await tinted(201)); // added, a class before the others
    await rm(path.join(root, 'cat/1.png')); // removed
    await writeFile(path.join(root, 'cat/2.png'), await tinted(202)); // changed
    await rename(path.join(root, 'cat/3.png'), path.join(root, 'dog/was-cat.png')); // moved
    await rename(path.join(root, 'dog/3.png'), path.join(root, 'dog/renamed.png')); // moved
    await writeFile(path.join(root, 'dog/4.png'), 'torn'); // removed and broken
    await rm(path.join(root, 'cat/0.png')); // removed: its duplicate is none any longer
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });

    const found = await changes(id);
    expect(found).toMatchObject({ revision: 2, unchanged: 6, added: 2, removed: 3, changed: 1, moved: 2 });
    expect(found?.examples).toEqual([
      { kind: 'changed', path: 'cat/2.png', from: null },
      { kind: 'moved', path: 'dog/renamed.png', from: 'dog/3.png' },
      { kind: 'moved', path: 'dog/was-cat.png', from: 'cat/3.png' },
      { kind: 'added', path: 'bird/1.png', from: null },
      { kind: 'added', path: 'cat/new.png', from: null },
      { kind: 'removed', path: 'cat/0.png', from: null },
      { kind: 'removed', path: 'cat/1.png', from: null },
      { kind: 'removed', path: 'dog/4.png', from: null },
    ]);
    expect(Date.now() - found!.at).toBeLessThan(60_000);
    expect(await dataset(id)).toMatchObject({
      revision: 2,
      patches: 11,
      broken: 1,
      duplicates: 0,
      status: 'ready',
    });
    expect((await dataset(id)).classes.map(({ name, counts }) => [name, counts.pool])).toEqual([
      ['cat', 4],
      ['dog', 6],
      ['bird', 1],
    ]);
    const now = await patchesOf(backend, id);
    for (const patch of now.filter((each) => ['cat/4.png', 'dog/5.png'].includes(each.path)))
      expect(patch.id).toBe(before.get(patch.path));
    expect(now.find((each) => each.path === 'cat/2.png')?.id).not.toBe(before.get('cat/2.png'));

    // Again: nothing. And a file that breaks in vain makes no revision.
    await writeFile(path.join(root, 'dog/empty.png'), '');
    await refreshOf(backend, id);
    expect(await dataset(id)).toMatchObject({ revision: 2, broken: 2 });
    expect(await changes(id)).toEqual(found);
  });

  it('that lost a class, or became something else, changes nothing', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    const before = [await dataset(id), await patchesOf(backend, id)];
    await rename(path.join(root, 'dog'), path.join(root, 'hound'));
    await writeFile(path.join(root, 'cat/new.png'), await tinted(200));
    expect(await refreshOf(backend, id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(
        /^The class “dog” of “data” is no longer there, .* Nothing was changed/,
      ) as string,
    });
    await rm(path.join(root, 'hound'), { recursive: true });
    expect((await refreshOf(backend, id)).error).toMatch(/only one class/);
    expect([await dataset(id), await patchesOf(backend, id)]).toEqual(before);
  });

  it('that was moved is pointed to anew, but not to another one', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    const moved = path.join(backend.folder, 'elsewhere');
    await rename(root, moved);
    expect(await dataset(id)).toMatchObject({ missing: true, status: 'ready' });
    await expect(refreshOf(backend, id)).rejects.toThrow(/data is not there\. If it was moved, say where/);
    await expect(refreshOf(backend, id, path.join(moved, 'no'))).rejects.toThrow(/no folder or file/);

    const other = path.join(backend.folder, 'other');
    await mkdir(path.join(other, 'cat'), { recursive: true });
    await mkdir(path.join(other, 'dog'));
    for (let i = 0; i < 4; i++) await cp(path.join(moved, `cat/${i}.png`), path.join(other, `cat/${i}.png`));
    await writeFile(path.join(other, 'dog/x.png'), await tinted(250));
    // Of 12, found by content are cat's four and dog's 0.png, which equals cat's.
    expect((await refreshOf(backend, id, other)).error).toBe(
      `${other} does not hold this dataset: of 12 known images 5 are there. Nothing was changed.`,
    );
    await rename(path.join(other, 'dog'), path.join(other, 'fox'));
    expect((await refreshOf(backend, id, other)).error).toBe(
      `${other} does not hold “data”: its classes are cat, fox there, not cat, dog. Nothing was changed.`,
    );
    expect(await dataset(id)).toMatchObject({ missing: true, source: root, patches: 12 });

    expect(await refreshOf(backend, id, moved)).toMatchObject({ status: 'done' });
    expect(await dataset(id)).toMatchObject({ missing: false, source: moved, root: moved, revision: 1 });
    // From now on there.
    await rm(path.join(moved, 'cat/1.png'));
    await refreshOf(backend, id);
    expect(await dataset(id)).toMatchObject({ revision: 2, patches: 11 });
  });

  it('is neither imported twice nor refreshed beside other work on it', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    await expect(importOf(backend, root, { name: 'again' })).rejects.toThrow(
      /data is imported already, as “data”\. Look for changes in that dataset/,
    );
    await expect(importOf(backend, `${root}/`, { name: 'again', layout: 'folder' })).rejects.toThrow(
      /already/,
    );
    const first = await backend.client('datasets.refresh', { id });
    await expect(backend.client('datasets.refresh', { id })).rejects.toThrow(
      /Changes of “data” are being looked for/,
    );
    await expect(backend.client('datasets.checkHealth', { id })).rejects.toThrow(/are being looked for/);
    await expect(backend.client('datasets.delete', { id })).rejects.toThrow(/are being looked for/);
    await backend.client('jobs.cancel', { id: first.id });
    await backend.ended(first.id);
    expect(await dataset(id)).toMatchObject({ status: 'ready', revision: 1 });
    await backend.client('datasets.delete', { id });
  });

  it('knows its microns per pixel from the user', async () => {
    await writePatches();
    const { id } = await importOf(backend, root, { mpp: 0.5 });
    expect(await backend.client('datasets.setMpp', { id, mpp: 0.25 })).toMatchObject({ id, mpp: 0.25 });
    await backend.client('datasets.setMpp', { id, mpp: null });
    await refreshOf(backend, id);
    expect((await dataset(id)).mpp).toBeNull();
    expect(backend.events.findLast(({ type }) => type === 'dataset')).toMatchObject({
      dataset: { mpp: null },
    });
  });
});

describe('runs', () => {
  it('keep their classes, patches and predictions; new ones draw from the new revision', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    const first = await backend.client('runs.create', { config: smallRun(id) });
    await backend.ended(first.jobId ?? 0);
    const predictions = await backend.client('runs.predictions', { id: first.id });
    const drawn = backend.app.session().store.runPatches.list(first.id);

    await mkdir(path.join(root, 'bird'));
    for (let i = 0; i < 6; i++) await writeFile(path.join(root, `bird/${i}.png`), await tinted(100 + i));
    for (const { path: file } of drawn.train) await rm(path.join(root, file));
    for (const name of ['cat', 'dog'])
      for (let i = 0; i < 3; i++)
        await writeFile(
          path.join(root, name, `n${i}.png`),
          await tinted(60 + 5 * name.length + i + (name === 'cat' ? 0 : 50)),
        );
    await refreshOf(backend, id);
    expect(await backend.client('runs.get', { id: first.id })).toMatchObject({ classNames: ['cat', 'dog'] });
    expect(await backend.client('runs.predictions', { id: first.id })).toEqual(predictions);
    const after = backend.app.session().store.runPatches.list(first.id);
    for (const split of ['train', 'val', 'test'] as const)
      expect(after[split].map((patch) => patch.id)).toEqual(drawn[split].map((patch) => patch.id));

    const second = await backend.client('runs.create', { config: smallRun(id) });
    await backend.ended(second.jobId ?? 0);
    expect(await backend.client('runs.get', { id: second.id })).toMatchObject({
      classNames: ['cat', 'dog', 'bird'],
    });
    expect(training.asked[1]?.classNames).toHaveLength(3);
    const current = new Set((await patchesOf(backend, id)).map((patch) => patch.path));
    for (const { path: file } of training.asked[1]?.train ?? []) expect(current.has(file)).toBe(true);
  });

  it('that go on find moved files, and refuse changed ones', async () => {
    await writePatches();
    await writeFile(path.join(root, 'dog/0.png'), await tinted(230)); // no duplicates
    const { id } = await importOf(backend, root);
    training.hold();
    const run = await backend.client('runs.create', { config: smallRun(id) });
    await expect.poll(() => training.asked.length).toBe(1);
    training.breakDown();
    await backend.ended(run.jobId ?? 0);
    const [one, two] = training.asked[0]?.train ?? [];
    await rename(path.join(root, one!.path), path.join(root, 'dog/moved.png'));
    await refreshOf(backend, id);
    const resumed = await backend.client('runs.resume', { id: run.id });
    await backend.ended(resumed.jobId ?? 0);
    expect(training.asked[1]?.train[0]?.path).toBe('dog/moved.png');
    expect(training.asked[1]?.train.slice(1)).toEqual(training.asked[0]?.train.slice(1));

    training.hold();
    const next = await backend.client('runs.create', { config: { ...smallRun(id), seed: 1 } });
    await expect.poll(() => training.asked.length).toBe(3);
    training.breakDown();
    await backend.ended(next.jobId ?? 0);
    const changed = training.asked[2]?.train.find((patch) => patch.path !== two?.path)?.path ?? '';
    await writeFile(path.join(root, changed), await tinted(240));
    await refreshOf(backend, id);
    const failed = await backend.client('runs.resume', { id: next.id });
    const { status, error } = await backend.ended(failed.jobId ?? 0);
    expect(status).toBe('failed');
    expect(error).toContain(
      `cannot go on: ${changed}, which it trains or is tested on, was changed or removed`,
    );
    expect(training.asked).toHaveLength(3);
  });

  it('show pictures of what they saw, and none of what lies there instead', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    const patches = await patchesOf(backend, id);
    const called = (name: string) => patches.find((patch) => patch.path === name)?.id ?? 0;
    const picture = async (patchId: number) => {
      const url = `http://127.0.0.1:1${imageRoutes.patchThumbnail(patchId, 64)}?token=${backend.token}`;
      const response = await backend.http.request(url, { headers: { host: '127.0.0.1:1' } });
      if (!response.ok) return response.status;
      const { data } = await sharp(Buffer.from(await response.arrayBuffer()))
        .raw()
        .toBuffer({ resolveWithObject: true });
      return data[0];
    };
    const seen = await picture(called('cat/1.png'));
    await writeFile(path.join(root, 'cat/1.png'), await tinted(240));
    await writeFile(path.join(root, 'cat/2.png'), await tinted(241));
    await rename(path.join(root, 'cat/3.png'), path.join(root, 'dog/3b.png'));
    await refreshOf(backend, id);
    expect(await picture(called('cat/1.png'))).toBe(seen); // kept since it was looked at
    expect(await picture(called('cat/2.png'))).toBe(404); // never looked at, and now gone
    expect(await picture(called('cat/3.png'))).toBeCloseTo(5, -1); // found where it lies now
  });
});

describe('natural images', () => {
  it('notice another mask, another list and other labels', async () => {
    await writeFiles(root, await smallVoc());
    const { id } = await importOf(backend, root);
    const images = async () => (await backend.client('datasets.images', { id })).images;
    const before = await images();
    await writeFiles(root, {
      'SegmentationClass/2007_000002.png': vocMask([8]),
      'JPEGImages/2007_000005.jpg': await vocJpeg(4),
      'SegmentationClass/2007_000005.png': vocMask([3]),
      'ImageSets/Segmentation/train.txt': '2007_000001\n2007_000002\n2007_000005\n',
      'ImageSets/Segmentation/val.txt': '2007_000003\n2007_000004\n',
    });
    expect(await refreshOf(backend, id)).toMatchObject({ status: 'done', error: null });
    expect(await changes(id)).toMatchObject({ unchanged: 2, added: 1, removed: 0, changed: 2, moved: 0 });
    const now = await images();
    expect(now.map((image) => [image.path.slice(-5, -4), image.split]).sort()).toEqual([
      ['1', 'train'],
      ['2', 'train'],
      ['3', 'val'],
      ['4', 'val'],
      ['5', 'train'],
    ]);
    expect(now.find((image) => image.path.endsWith('2.jpg'))?.labels).toEqual([8]);
    expect(now.find((image) => image.path.endsWith('1.jpg'))?.id).toBe(before[0]?.id);
    // Only pixels of a mask that show the same classes.
    await writeFiles(root, {
      'SegmentationClass/2007_000001.png': vocMask([1], { width: 40, height: 30 }).subarray(0),
    });
    await refreshOf(backend, id);
    expect((await changes(id))?.revision).toBe(2);
    await writeFiles(root, { 'SegmentationClass/2007_000001.png': vocMask([1, 1, 0]) });
    await refreshOf(backend, id);
    expect(await changes(id)).toMatchObject({ revision: 3, unchanged: 4, changed: 1 });
  });

  it('whose classes are in another order stay as they were', async () => {
    const names = (list: string[]) => ({ 'labels.txt': list.join('\n') });
    await writeFiles(root, {
      ...(await smallVoc()),
      ...names(['background', ...Array.from({ length: 15 }, (_, i) => `c${i}`)]),
    });
    const { id } = await importOf(backend, root);
    await writeFiles(root, names(['background', 'new', ...Array.from({ length: 15 }, (_, i) => `c${i}`)]));
    expect((await refreshOf(backend, id)).error).toMatch(/classes of “data” are in another order now/);
    await writeFiles(root, names(['background', ...Array.from({ length: 15 }, (_, i) => `c${i}`), 'new']));
    await refreshOf(backend, id);
    expect(await dataset(id)).toMatchObject({ revision: 2 });
    expect((await dataset(id)).classes.at(-1)).toMatchObject({ index: 16, name: 'new' });
    expect(await changes(id)).toMatchObject({ unchanged: 4, added: 0, changed: 0 });
  });
});
