import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src-main/backend/datasets/changesBetween.ts';
import { mergeClasses } from '../../../src-main/backend/datasets/mergeClasses.ts';
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
