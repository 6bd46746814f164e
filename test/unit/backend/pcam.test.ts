import path from 'node:path';
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { imageRoutes } from '../../../src-main/contract/images.ts';
import { slideSentences } from '../../../src-main/contract/sourceSlides.ts';
import { importTask } from '../../../src-main/workers/import.ts';
import { patchPixels, pcamFile, writePcam, writePcamSplit } from '../../support/pcam.ts';
import { testBackend, type TestBackend } from './support.ts';

let backend: TestBackend;
let source: string;
let failing: boolean;
beforeEach(async () => {
  failing = false;
  backend = await testBackend({
    import: (spec, context) =>
      importTask(spec, {
        ...context,
        progress(value) {
          context.progress(value);
          if (failing && /^Copied/.test(value.message)) throw new Error('the worker broke down');
        },
      }),
  });
  source = path.join(backend.folder, 'pcam');
});
afterEach(() => backend.close());

const slides = (...names: string[]) => ({ slides: names.map((name) => `camelyon16_train_tumor_${name}`) });

async function imported(): Promise<number> {
  const { dataset, job } = await backend.client('datasets.import', { path: source, name: 'PCam' });
  expect(await backend.ended(job.id)).toMatchObject({ status: 'done', error: null });
  return dataset.id;
}

describe('PCam', () => {
  it('is imported with its slides, and leakage is told', async () => {
    await writePcamSplit(source, 'train', 120, slides('1', '2', '3', '4', '5'));
    await writePcamSplit(source, 'valid', 24, slides('6', '7'));
    await writePcamSplit(source, 'test', 24, slides('5', '8'));
    const id = await imported();
    const dataset = await backend.client('datasets.get', { id });
    expect(dataset).toMatchObject({
      layout: 'pcam',
      content: 'patches',
      mpp: 0.972,
      patches: 168,
      broken: 0,
      slides: { count: 8, unknown: 0, shared: 1, examples: ['camelyon16_train_tumor_5'] },
      classes: [
        { name: 'normal', counts: { train: 60, val: 12, test: 12, pool: 0 } },
        { name: 'tumour', counts: { train: 60, val: 12, test: 12, pool: 0 } },
      ],
    });
    expect(slideSentences(dataset)).toEqual([
      'Leakage: 1 of 8 slides is in more than one split (camelyon16_train_tumor_5). Test results on their patches are too good.',
    ]);
    const { patches } = await backend.client('datasets.patches', { id, split: 'test', limit: 1 });
    expect(patches[0]).toMatchObject({
      path: `${pcamFile('test', 'x.h5')}#0`,
      slide: 'camelyon16_train_tumor_5',
    });
  });

  it('shows patches', async () => {
    await writePcamSplit(source, 'train', 6);
    const { patches } = await backend.client('datasets.patches', { id: await imported() });
    const url = `http://localhost${imageRoutes.patchThumbnail(patches[3]?.id ?? 0, 128)}?token=${backend.token}`;
    const answer = await backend.http.request(url, { headers: { host: 'localhost' } });
    expect(answer.status).toBe(200);
    const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([96, 96]);
    const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
    expect(mean(data)).toBeCloseTo(mean(patchPixels(3, 96, 1)), -1);
    await rm(source, { recursive: true });
    const other = imageRoutes.patchThumbnail(patches[4]?.id ?? 0, 128);
    const gone = await backend.http.request(`http://localhost${other}?token=${backend.token}`, {
      headers: { host: 'localhost' },
    });
    expect(gone.status).toBeGreaterThanOrEqual(400);
  });

  it('draws runs grouped by slide, deterministically, and refuses where slides are not known', async () => {
    await writePcam(source, { train: 240 }, slides('1', '2', '3', '4', '5', '6', '7', '8'));
    const id = await imported();
    const config = {
      ...defaultRunConfig(id),
      perClass: 20,
      validationPerClass: 10,
      batchSize: 8,
      groupBySlide: true,
    };
    const { counts, problem } = await backend.client('runs.estimate', { config });
    expect([counts.train, counts.val, problem]).toEqual([40, 20, null]);
    const store = backend.app.session().store;
    const slideOf = new Map(store.patches.labelled(id).map((patch) => [patch.id, patch.slide]));
    const drawn = async () => {
      const run = await backend.client('runs.create', { config });
      return store.runPatches.list(run.id);
    };
    const first = await drawn();
    const [train, val, test] = [first.train, first.val, first.test].map(
      (part) => new Set(part.map((patch) => slideOf.get(patch.id))),
    );
    for (const [a, b] of [
      [train, val],
      [train, test],
      [val, test],
    ])
      expect([...(a ?? [])].filter((slide) => b?.has(slide))).toEqual([]);
    expect(await drawn()).toEqual(first);

    const copy = `${source}-without`;
    await cp(source, copy, { recursive: true });
    await rm(path.join(copy, pcamFile('train', 'meta.csv')));
    const { dataset, job } = await backend.client('datasets.import', { path: copy, name: 'without' });
    await backend.ended(job.id);
    const without = await backend.client('datasets.get', { id: dataset.id });
    expect(slideSentences(without)).toEqual([
      'Source slides not known: leakage between the splits cannot be checked.',
    ]);
    const refused = await backend.client('runs.estimate', { config: { ...config, datasetId: dataset.id } });
    expect(refused.problem).toMatch(/source slides of “without” are not known/);
  });

  it('goes on with what a failed import of the same files has made', async () => {
    await writePcam(source, { train: 40 }, { chunks: [4, 96, 96, 3], compression: 1 });
    failing = true;
    const { dataset, job } = await backend.client('datasets.import', { path: source, name: 'PCam' });
    expect(await backend.ended(job.id)).toMatchObject({ status: 'failed' });
    const { files } = backend.app.session();
    const copy = (id: number, end: string) =>
      path.join(files.dataset(id), `${pcamFile('train', 'x.h5')}${end}`);
    const partial = await readFile(copy(dataset.id, '.rgb.partial'));
    expect(partial).toHaveLength(40 * 27648);
    partial.set(patchPixels(1234, 96, 9), 5 * 27648); // a mark: it stays where nothing is copied again
    await writeFile(copy(dataset.id, '.rgb.partial'), partial);
    failing = false;
    const id = await imported();
    expect(id).not.toBe(dataset.id);
    expect(await backend.client('datasets.get', { id })).toMatchObject({ patches: 40 });
    expect(Buffer.compare(await readFile(copy(id, '.rgb')), partial)).toBe(0);
    await backend.client('datasets.delete', { id });
    for (const one of [id, dataset.id]) await expect(stat(files.dataset(one))).rejects.toThrow(/ENOENT/);
  });
});
