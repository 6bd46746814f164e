import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { presetConfig } from '../../src-main/contract/pretrainPresets.ts';
import type { PretrainSpec, TrainSpec, WorkerTask } from '../../src-main/contract/worker.ts';
import { pretrainTask } from '../../src-main/workers/pretrain.ts';
import { trainTask } from '../../src-main/workers/train.ts';
import { writePcam, pcamFile } from '../support/pcam.ts';
import { importOf, importingTasks, refreshOf, smallRun, tinted } from '../support/refreshing.ts';
import { smallVoc, vocMask, writeFiles } from '../support/voc.ts';
import { testBackend, type TestBackend } from '../unit/backend/support.ts';
import { fakeTasks } from '../unit/backend/tasks.ts';

/* Files that change on disk behind a dataset's back, and the real trainings and pre-trainings on them. */

let backend: TestBackend;
let root: string;
let trained: TrainSpec[];
let pretrained: PretrainSpec[];
/** What happens at the end of an epoch. */
let meanwhile: () => void;
beforeEach(async () => {
  [trained, pretrained] = [[], []];
  meanwhile = () => {};
  const train: WorkerTask<'train'> = (spec, context) => {
    trained.push(spec);
    const event: typeof context.event = (told) => {
      context.event(told);
      if (told.type === 'epoch') meanwhile();
    };
    return trainTask(spec, { ...context, event });
  };
  const pretrain: WorkerTask<'pretrain'> = (spec, context) => {
    pretrained.push(spec);
    return pretrainTask(spec, context);
  };
  backend = await testBackend({ ...fakeTasks, ...importingTasks, train, pretrain });
  root = path.join(backend.folder, 'data');
});
afterEach(() => backend.close());

/** Two classes, six patches each. */
async function writePatches(): Promise<void> {
  for (const [index, name] of ['cat', 'dog'].entries()) {
    await mkdir(path.join(root, name), { recursive: true });
    for (let i = 0; i < 6; i++)
      await writeFile(path.join(root, name, `${i}.png`), await tinted(20 * index + i + 2));
  }
}

const small = (datasetId: number) => ({
  ...smallRun(datasetId),
  ...{ width: 4, imageSize: 32, epochs: 1, device: 'cpu' as const },
});

async function run(datasetId: number) {
  const { id, jobId } = await backend.client('runs.create', { config: small(datasetId) });
  return { ...(await backend.ended(jobId ?? 0)), id };
}

async function resume(id: number) {
  const { jobId } = await backend.client('runs.resume', { id });
  return backend.ended(jobId ?? 0);
}

const tracesOf = (spec: TrainSpec | undefined) =>
  Object.fromEntries(spec!.train.map(({ path: file, content }) => [file, content?.trace]));

describe('a training', () => {
  it('goes on with files that were touched or copied, reads them once for that, and fails in words on a changed one', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    expect(await run(id)).toMatchObject({ status: 'done', error: null });
    const [{ path: first } = { path: '' }, { path: second } = { path: '' }] = trained[0]!.train;
    await utimes(path.join(root, first), 5, 5);
    expect(await run(id)).toMatchObject({ status: 'done', error: null });
    expect(await run(id)).toMatchObject({ status: 'done', error: null });
    const [before, between, after] = trained.map(tracesOf);
    expect(between).toEqual(before);
    expect({ ...after, [first]: '' }).toEqual({ ...before, [first]: '' });
    expect(after?.[first]).toMatch(/^\d+ 5000 /);

    const old = await readFile(path.join(root, second));
    await writeFile(path.join(root, second), await tinted(222));
    const failed = await run(id);
    expect(failed).toMatchObject({ status: 'failed', details: `${second} was changed` });
    expect(failed.error).toBe(
      `“data” is no longer what was read of it: ${second} was changed. Nothing was learnt from it. ` +
        'Put it back and resume, or press “Look for changes” in the dataset and begin anew on what is there now.',
    );
    await unlink(path.join(root, first));
    expect((await resume(failed.id)).error).toContain(
      `2 of 8 files were changed or cannot be read, such as ${first}. Nothing was learnt from them.`,
    );
    // Put back as they were, its training goes on;
    await writeFile(path.join(root, second), old);
    await writeFile(path.join(root, first), await tinted(numberOf(first)));
    expect(await resume(failed.id)).toMatchObject({ status: 'done', error: null });
    // and one that begins after a look for changes takes what is there.
    await writeFile(path.join(root, second), await tinted(222));
    await refreshOf(backend, id);
    expect(await run(id)).toMatchObject({ status: 'done', error: null });
  }, 60_000);

  it('that is measured on a patch which changes meanwhile fails rather than to be measured on another', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    const other = await tinted(240);
    meanwhile = () => writeFileSync(path.join(root, trained[0]!.test[0]!.path), other);
    const failed = await run(id);
    expect(failed.error).toMatch(/Could not read the image .*It was changed after its dataset was read/);
    expect(await resume(failed.id)).toMatchObject({
      status: 'failed',
      details: expect.stringMatching(/was changed$/) as string,
    });
  }, 60_000);

  it('says so when all files are gone', async () => {
    await writePatches();
    const { id } = await importOf(backend, root);
    meanwhile = () => rmSync(root, { recursive: true });
    const failed = await run(id);
    expect(failed.error).toContain('The file is no longer there.');
    expect((await resume(failed.id)).error).toBe(
      `The files of “data” are no longer in ${root}. Connect the drive, or point the dataset to its new place.`,
    );
  }, 60_000);

  it('notices changes in pixels that stayed in PCam’s files, and needs none of what was copied out of them', async () => {
    const sizes = { train: 20, valid: 6, test: 6 };
    const [plain, packed] = [path.join(root, 'plain'), path.join(root, 'packed')];
    await writePcam(plain, sizes, { side: 16 });
    await writePcam(packed, sizes, { side: 16, chunks: [1, 16, 16, 3] });
    const inPlace = await importOf(backend, plain, { name: 'plain' });
    const copied = await importOf(backend, packed, { name: 'packed' });
    await rm(packed, { recursive: true });
    expect(await run(copied.id)).toMatchObject({ status: 'done', error: null });
    expect(trained[0]?.train.map(({ content }) => content)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const file = path.join(plain, pcamFile('train', 'x.h5'));
    const bytes = await readFile(file);
    await utimes(file, 5, 5);
    expect(await run(inPlace.id)).toMatchObject({ status: 'done', error: null });
    // The last bytes of the file are pixels of the last patches.
    bytes.fill(3, bytes.length - 12 * 3 * 16 * 16);
    await writeFile(file, bytes);
    const failed = await run(inPlace.id);
    expect(failed.status).toBe('failed');
    expect(failed.error).toContain('“plain” is no longer what was read of it');
    expect(failed.details).toMatch(/^camelyonpatch_level_2_split_train_x\.h5#\d+ was changed$/m);
  }, 60_000);
});

/** The tint that `writePatches` gave a file. */
function numberOf(file: string): number {
  const [name = '', number = ''] = file.split(/[/.]/);
  return (name === 'dog' ? 20 : 0) + Number(number) + 2;
}

describe('a pre-training', () => {
  it.each(['segmentation', 'classification'] as const)(
    'by %s notices changed images, and masks where it learns from them',
    async (kind) => {
      await writeFiles(root, await smallVoc());
      const { id: datasetId } = await importOf(backend, root);
      const config = {
        ...presetConfig('quick', kind, datasetId),
        ...{ width: 8, cropSize: 33, iterations: 2, batchSize: 2, validateEvery: 2, device: 'cpu' as const },
      };
      const begin = async () => {
        const { jobId } = await backend.client('pretrainings.create', { config });
        return backend.ended(jobId ?? 0);
      };
      const mask = path.join(root, 'SegmentationClass/2007_000001.png');
      await utimes(mask, 5, 5);
      expect(await begin()).toMatchObject({ status: 'done', error: null });
      expect(await begin()).toMatchObject({ status: 'done', error: null });
      const maskTraces = pretrained.map(({ train }) => train[0]?.maskContent?.trace);
      if (kind === 'segmentation') expect(maskTraces[1]).toMatch(/^\d+ 5000 /);
      else expect(maskTraces).toEqual([undefined, undefined]);

      await writeFile(mask, vocMask([1, 8]));
      const changed = await begin();
      if (kind === 'classification') expect(changed).toMatchObject({ status: 'done', error: null });
      else expect(changed.error).toContain('SegmentationClass/2007_000001.png was changed');
      await writeFile(
        path.join(root, 'JPEGImages/2007_000004.jpg'),
        await readFile(path.join(root, 'JPEGImages/2007_000001.jpg')),
      );
      const failed = await begin();
      expect(failed.details).toContain('JPEGImages/2007_000004.jpg was changed');
    },
    60_000,
  );
});
