import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src-main/backend/datasets/changesBetween.ts';
import { mergeClasses } from '../../../src-main/backend/datasets/mergeClasses.ts';
import { refreshBehaviour } from '../../../src-main/backend/jobs/refresh.ts';
import type { ImportSpec, WorkerEvent } from '../../../src-main/contract/worker.ts';
import { testBackend, type TestBackend } from './support.ts';
import { fakeTasks } from './tasks.ts';

describe('changes', () => {
  const items = (...pairs: string[]) =>
    pairs.map((pair) => ({ path: pair.split('=')[0] ?? '', sha256: pair.split('=')[1] ?? '' }));

  it('tell changed from moved, added and removed', () => {
    const { examples, ...counts } = changesBetween(
      items('same-path=1', 'from=2', 'gone=3', 'twin1=4', 'twin2=4', 'swap1=5', 'swap2=6'),
      items('same-path=9', 'to=2', 'new=8', 'twin3=4', 'swap1=6', 'swap2=5'),
    );
    expect(counts).toEqual({ changed: 3, moved: 2, added: 1, removed: 2 });
    expect(examples.map(({ kind, path: at, from }) => `${kind} ${from ?? ''}>${at}`)).toEqual([
      'changed >same-path',
      'changed >swap1',
      'changed >swap2',
      'moved from>to',
      'moved twin1>twin3',
      'added >new',
      'removed >gone',
      'removed >twin2',
    ]);
  });

  it('count each item once where many have the same content', () => {
    const before = items(...Array.from({ length: 5 }, (_, i) => `a${i}=x`));
    const after = items(...Array.from({ length: 7 }, (_, i) => `b${i}=x`));
    expect(changesBetween(before, after)).toMatchObject({ moved: 5, added: 2, removed: 0, changed: 0 });
    expect(changesBetween(after, before)).toMatchObject({ moved: 5, added: 0, removed: 2, changed: 0 });
  });

  it('are told at once where tens of thousands have the same content', () => {
    const blank = (name: string) =>
      Array.from({ length: 40_000 }, (_, i) => ({ path: name + i, sha256: 'x' }));
    const begun = performance.now();
    expect(changesBetween(blank('a'), [])).toMatchObject({ removed: 40_000 });
    const { moved, examples } = changesBetween(blank('a'), blank('b'));
    expect([moved, examples[1]]).toEqual([40_000, { kind: 'moved', path: 'b1', from: 'a1' }]);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('give examples of every kind, however many there are of one', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `n${i}=${i}`);
    const { examples, added } = changesBetween(items('gone=x'), items(...many));
    expect([added, examples.length, examples.at(-1)?.kind]).toEqual([1000, 51, 'removed']);
  });
});

describe('classes', () => {
  const dataset = { name: 'd', layout: 'folder' as const, classNames: ['b', 'd'] };

  it('keep their index; new ones come last', () => {
    const { classNames, indices } = mergeClasses(dataset, ['a', 'b', 'c', 'd']);
    expect(classNames).toEqual(['b', 'd', 'a', 'c']);
    expect(indices).toEqual([2, 0, 3, 1]);
  });

  it('that are gone are named', () => {
    expect(() => mergeClasses(dataset, ['b', 'x'])).toThrow(
      /^The class “d” of “d” is no longer there, and runs/,
    );
    expect(() => mergeClasses(dataset, ['x'])).toThrow(
      /^The classes “b” and “d” of “d” are no longer there, and runs/,
    );
  });

  it('of masks keep their order', () => {
    const masks = { ...dataset, layout: 'voc' as const };
    expect(mergeClasses(masks, ['b', 'd', 'e']).indices).toEqual([0, 1, 2]);
    for (const found of [
      ['d', 'b'],
      ['b', 'a', 'd'],
    ])
      // prettier-ignore
      expect(() => mergeClasses(masks, found)).toThrow(/in another order now/);
  });
});

describe('what a refresh reads', () => {
  let backend: TestBackend;
  let specs: ImportSpec[];
  let layout: 'annotated' | 'folder';
  beforeEach(async () => {
    [specs, layout] = [[], 'annotated'];
    const task = async (spec: ImportSpec, { event }: { event: (event: WorkerEvent<'import'>) => void }) => {
      specs.push(spec);
      event({ type: 'layout', layout, root: spec.extractTo, classNames: ['a', 'b'], mpp: 0.5 });
      const patch = { path: 'p#0', classIndex: 0, split: null, width: 8, height: 8, sha256: '0'.repeat(64) };
      event({ type: 'patches', patches: [patch] });
      mkdirSync(spec.extractTo, { recursive: true });
      return Promise.resolve({ patches: 1, broken: 0 });
    };
    backend = await testBackend({ ...fakeTasks, import: task, refresh: task });
  });
  afterEach(() => backend.close());

  const at = (...parts: string[]) => path.join(backend.folder, ...parts);
  async function imported(annotations: string | null) {
    for (const folder of ['slides', 'moved', 'notes']) mkdirSync(at(folder));
    const input = { path: at('slides'), name: 'd', annotations, cutting: { patchSize: 64 } };
    const { dataset, job } = await backend.client('datasets.import', input);
    await backend.ended(job.id);
    return dataset.id;
  }
  const refreshed = async (id: number, to: string | null) =>
    backend.ended((await backend.client('datasets.refresh', { id, path: to })).id);

  it('are the annotations and the cutting of the import; annotations inside the source move along', async () => {
    const id = await imported(at('slides', 'notes.geojson'));
    expect(await refreshed(id, at('moved'))).toMatchObject({ status: 'done', error: null });
    expect(specs[1]).toMatchObject({
      ...{ path: at('moved'), annotations: at('moved', 'notes.geojson'), layout: 'annotated' },
      cutting: { patchSize: 64, coverage: 0.75 },
    });
    await refreshed(id, null);
    expect(specs[2]).toMatchObject({ path: at('moved'), annotations: at('moved', 'notes.geojson') });
    expect(new Set(specs.map(({ extractTo }) => extractTo)).size).toBe(3);
  });

  it('are the same annotations where they lie elsewhere', async () => {
    const id = await imported(at('notes'));
    await refreshed(id, at('moved'));
    expect(specs[1]).toMatchObject({ path: at('moved'), annotations: at('notes') });
  });

  it('are the annotations that were moved with the slides, from beside them', async () => {
    const id = await imported(at('notes'));
    mkdirSync(at('elsewhere/slides'), { recursive: true });
    mkdirSync(at('elsewhere/notes'));
    rmdirSync(at('notes'));
    expect(await refreshed(id, at('elsewhere', 'slides'))).toMatchObject({ status: 'done', error: null });
    expect(specs[1]).toMatchObject({ annotations: at('elsewhere', 'notes') });
    await refreshed(id, null);
    expect(specs[2]).toMatchObject({ annotations: at('elsewhere', 'notes') });
  });

  it('is not queued for what was deleted while the disk was asked', async () => {
    const id = await imported(null);
    const refused = expect(backend.client('datasets.refresh', { id })).rejects.toThrow(/no dataset/i);
    await backend.client('datasets.delete', { id });
    await refused;
  });

  it('leaves nothing where it was cancelled while packs were linked', async () => {
    const id = await imported(null);
    const session = backend.app.session();
    const { root } = await backend.client('datasets.get', { id });
    for (let i = 0; i < 20; i++) writeFileSync(path.join(root, `${i}.pixels`), 'x');
    const parameters = { path: null };
    const job = session.store.jobs.insert({ kind: 'refresh', title: 't', datasetId: id, parameters });
    const behaviour = refreshBehaviour(session);
    const spec = Promise.resolve(behaviour.spec(job)).catch((error: unknown) => error);
    await behaviour.discard?.(job);
    await spec;
    await setImmediate();
    expect(readdirSync(path.dirname(root))).toEqual([path.basename(root)]);
  });

  it('are slides whose patches keep the microns per pixel that they were cut at', async () => {
    mkdirSync(at('slides'));
    const input = { path: at('slides'), name: 'd', mpp: 2, cutting: { patchSize: 64, mpp: 0.5 } };
    const { dataset, job } = await backend.client('datasets.import', input);
    await backend.ended(job.id);
    const { id } = dataset;
    expect(await backend.client('datasets.get', { id })).toMatchObject({ mpp: 0.5 });
    for (const mpp of [0.25, null])
      await expect(backend.client('datasets.setMpp', { id, mpp })).rejects.toThrow(/were cut at 0\.5 µm/);
    expect(await backend.client('datasets.setMpp', { id, mpp: 0.5 })).toMatchObject({ mpp: 0.5 });
  });

  it('has to be of the same layout', async () => {
    const id = await imported(null);
    layout = 'folder';
    expect((await refreshed(id, null)).error).toMatch(/has the layout “folder” now, not “annotated”/);
    expect(await backend.client('datasets.get', { id })).toMatchObject({ layout: 'annotated', revision: 1 });
  });

  it('is nothing for a dataset that Tessera made, or whose import failed', async () => {
    const { store } = backend.app.session();
    const place = { root: backend.folder, source: backend.folder, mpp: null };
    const made = store.datasets.insert({ name: 's', layout: 'synthetic', ...place });
    await expect(backend.client('datasets.refresh', { id: made })).rejects.toThrow(/made by Tessera itself/);
    const failed = store.datasets.insert({ name: 'f', layout: 'folder', ...place });
    await expect(backend.client('datasets.refresh', { id: failed })).rejects.toThrow(/Import it again/);
  });

  it('makes an earlier report stale, where it changed something', async () => {
    const id = await imported(null);
    const { store } = backend.app.session();
    const none = { exact: 0, near: 0 };
    store.datasetHealth.put(
      id,
      {
        ...{
          read: 1,
          hints: [],
          classes: [],
          broken: 0,
          channels: null,
          unreadable: { count: 0, examples: [] },
        },
        ...{ sizes: { usual: null, outliers: 0, examples: [] }, blank: { count: 0, examples: [] } },
        duplicates: {
          between: none,
          within: none,
          contradicting: 0,
          threshold: 6,
          complete: true,
          pairs: [],
        },
      },
      1,
    );
    await refreshed(id, null);
    expect(await backend.client('datasets.health', { id })).toMatchObject({ stale: false });
    store.patches.insertAll(id, [
      { path: 'gone', classIndex: 0, split: null, width: 8, height: 8, sha256: '1'.repeat(64) },
    ]);
    await refreshed(id, null);
    expect(await backend.client('datasets.health', { id })).toMatchObject({ stale: true });
  });
});
