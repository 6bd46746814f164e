import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { openStore, type Store } from '../../../src-main/store/store.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-store-'));
  store = openStore(path.join(folder, 'tessera.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const sha = (digit: string) => digit.repeat(64);
const patch = (name: string, classIndex: number, content: string) => ({
  path: name,
  classIndex,
  split: name.startsWith('train/') ? ('train' as const) : null,
  width: 8,
  height: name.endsWith('tall.png') ? 16 : 8,
  sha256: sha(content),
});

function datasetOf(...patches: ReturnType<typeof patch>[]): number {
  const id = store.datasets.insert({
    name: 'd',
    layout: 'folder',
    root: '/data/d',
    source: '/data/d',
    mpp: null,
  });
  store.datasets.setLayout(id, { layout: 'folder', root: '/data/d', classNames: ['a', 'b'], mpp: 0.5 });
  store.patches.insertAll(id, patches);
  return id;
}

describe('datasets and patches', () => {
  it('counts per class and split, sizes and duplicates', () => {
    const id = datasetOf(
      patch('train/a/1.png', 0, '1'),
      patch('train/a/2.png', 0, '2'),
      patch('b/3.png', 1, '1'),
      patch('b/tall.png', 1, '3'),
    );
    const dataset = store.datasets.get(id);
    expect(dataset?.classes).toEqual([
      { index: 0, name: 'a', counts: { train: 2, val: 0, test: 0, pool: 0 } },
      { index: 1, name: 'b', counts: { train: 0, val: 0, test: 0, pool: 2 } },
    ]);
    expect(dataset).toMatchObject({ patches: 4, duplicates: 1, mpp: 0.5 });
    expect(dataset?.sizes).toEqual([
      { width: 8, height: 8, count: 3 },
      { width: 8, height: 16, count: 1 },
    ]);
    const page = store.patches.page(id, { classIndex: null, split: 'pool', duplicatesOnly: true }, 0, 10);
    expect(page.total).toBe(1);
    expect(page.patches[0]).toMatchObject({
      path: 'b/3.png',
      duplicateOf: Math.min(...store.patches.labelled(id).map((patch) => patch.id)),
    });
  });

  it('takes its status from the newest import, and goes with its patches and jobs', () => {
    const id = datasetOf(patch('b/1.png', 1, '1'), patch('b/2.png', 1, '1'));
    expect(store.datasets.get(id)?.status).toBe('failed');
    const job = store.jobs.insert({ kind: 'import', title: 't', datasetId: id });
    expect(store.datasets.get(id)?.status).toBe('importing');
    store.jobs.setStatus(job.id, 'done', { error: null, details: null });
    expect(store.datasets.get(id)?.status).toBe('ready');
    store.datasets.remove(id);
    expect(store.datasets.list()).toEqual([]);
    expect(store.patches.labelled(id)).toEqual([]);
    expect(store.jobs.get(job.id)).toBeNull();
  });

  it('never gives an id out twice', () => {
    const first = datasetOf();
    store.datasets.remove(first);
    expect(datasetOf()).toBeGreaterThan(first);
  });
});

describe('runs', () => {
  it('overwrites steps and epochs that were done again', () => {
    const id = store.runs.insert('r', defaultRunConfig(datasetOf()));
    const step = (n: number, loss: number) => ({ step: n, epoch: 1, loss, learningRate: 0.1 });
    store.steps.putAll(id, [step(0, 3), step(1, 2), step(2, 1)]);
    store.steps.putAll(id, [step(1, 5)]);
    expect(store.steps.list(id).map(({ loss }) => loss)).toEqual([3, 5, 1]);
  });

  it('lists the most confident mistakes, then the least certain hits', () => {
    const place = { x: 448, y: 0, side: 224 };
    const cut = { ...patch('a/3.png', 0, '3'), slide: 'cases/1.svs', place };
    const datasetId = datasetOf(
      ...['1', '2'].map((n) => patch(`a/${n}.png`, 0, n)),
      cut,
      patch('a/4.png', 0, '4'),
    );
    const id = store.runs.insert('r', defaultRunConfig(datasetId));
    const patchIds = store.patches.labelled(datasetId).map((each) => each.id);
    const scores = Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.2, 0.8, 0.7, 0.3); // right 0.9, wrong 0.6, wrong 0.8, right 0.7
    store.runPredictions.putAll(id, { split: 'test', patchIds, trueClasses: [0, 0, 0, 0], scores });
    const filter = { split: 'test' as const, trueClass: null, predictedClass: null };
    const { total, predictions } = store.runPredictions.page(id, filter, 0, 10);
    expect(total).toBe(4);
    expect(predictions.map(({ path: name }) => name)).toEqual(['a/3.png', 'a/2.png', 'a/4.png', 'a/1.png']);
    expect(predictions[0]).toMatchObject({ trueClass: 0, predictedClass: 1 });
    expect(predictions.map(({ cutFrom }) => cutFrom)).toEqual([
      { slide: 'cases/1.svs', place },
      ...Array.from({ length: 3 }),
    ]);
    expect(predictions[0]?.scores[1]).toBeCloseTo(0.8, 6);
    expect(store.runPredictions.page(id, { ...filter, predictedClass: 0 }, 1, 1)).toMatchObject({
      total: 2,
      predictions: [{ path: 'a/1.png' }],
    });
  });
});

describe('models and slides', () => {
  it('hides what is announced until it is there', () => {
    const slide = store.slides.announce('s.tif', path.join(folder, 'slides', 's.tif'), true);
    expect(store.slides.list()).toEqual([]);
    store.slides.setFacts(slide, {
      format: 'Tiled TIFF',
      width: 9,
      height: 9,
      mpp: 0.5,
      levels: [],
      associated: [],
    });
    expect(store.slides.get(slide)).toMatchObject({ mpp: 0.5, mppSource: 'file', missing: true });
    store.slides.setMpp(slide, 0.25);
    expect(store.slides.get(slide)).toMatchObject({ mpp: 0.25, mppSource: 'user' });
    const model = store.models.announce('m', { trainable: false });
    expect(store.models.list()).toEqual([]);
    expect(store.models.get(model)).toBeNull();
  });

  it('keeps paths inside the workspace relative, so that the folder can be moved', () => {
    const inside = path.join(folder, 'slides', 's.tif');
    const id = store.slides.announce('s.tif', inside, true);
    store.slides.setFacts(id, { format: 'x', width: 1, height: 1, mpp: null, levels: [], associated: [] });
    const outside = store.slides.announce('o.tif', '/elsewhere/o.tif', false);
    store.slides.setFacts(outside, {
      format: 'x',
      width: 1,
      height: 1,
      mpp: null,
      levels: [],
      associated: [],
    });
    store.close();
    const moved = `${folder}-moved`;
    rmSync(moved, { recursive: true, force: true });
    renameSync(folder, moved);
    store = openStore(path.join(moved, 'tessera.sqlite'));
    expect(store.slides.get(id)?.path).toBe(path.join(moved, 'slides', 's.tif'));
    expect(store.slides.get(outside)?.path).toBe('/elsewhere/o.tif');
    folder = moved;
  });
});

describe('patch scores', () => {
  it('holds 100,000 patches of 9 classes, quickly', () => {
    const slide = store.slides.announce('s.tif', '/s.tif', false);
    const id = store.predictions.insert(slide, store.models.announce('m', { trainable: false }), {
      modelName: 'm',
      classNames: Array.from({ length: 9 }, (_, i) => `c${i}`),
      synthetic: false,
    });
    const [patches, classes, side] = [100_000, 9, 400];
    const batch = 1000;
    const begin = performance.now();
    for (let start = 0; start < patches; start += batch) {
      const positions = Int32Array.from({ length: batch }, (_, i) => start + i);
      store.patchScores.putAll(id, {
        start,
        columns: positions.map((position) => position % side),
        rows: positions.map((position) => Math.floor(position / side)),
        scores: Float32Array.from({ length: batch * classes }, (_, i) => ((start * classes + i) % 101) / 101),
      });
    }
    const written = performance.now();
    const all = store.patchScores.all(id, classes);
    const read = performance.now();
    expect(all.columns.length).toBe(patches);
    const position = 77_777;
    expect([all.columns[position], all.rows[position]]).toEqual([
      position % side,
      Math.floor(position / side),
    ]);
    const at = store.patchScores.at(id, position % side, Math.floor(position / side));
    expect(at?.[4]).toBeCloseTo(((position * classes + 4) % 101) / 101, 6);
    expect([...(at ?? [])]).toEqual([...all.scores.subarray(position * classes, (position + 1) * classes)]);
    expect(store.patchScores.at(id, side + 1, 0)).toBeNull();
    expect(written - begin).toBeLessThan(5000);
    expect(read - written).toBeLessThan(2000);
    expect(performance.now() - read).toBeLessThan(500);
  });
});
