import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import type { FoundImage, FoundPatch } from '../../../src-main/contract/worker.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/all.ts';
import { openStore, type Store } from '../../../src-main/store/store.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tessera-revisions-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => path.join(folder, 'tessera.sqlite');
const sha = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0');

describe('the migration to revisions', () => {
  it('keeps patches and images with all that refers to them, gives runs their classes, and never an id twice', () => {
    const db = new Sqlite(file());
    db.pragma('foreign_keys = ON');
    migrate(
      db,
      migrations.filter(({ version }) => version <= 5),
    );
    db.exec(`
      INSERT INTO datasets (id, name, layout, root, source, class_names, created_at) VALUES
        (2, 'd', 'folder', 'r', 's', '["a","b"]', 1), (3, 'v', 'voc', 'r', 's', '["background","cat"]', 1);
      INSERT INTO patches (id, dataset_id, path, class_index, split, width, height, sha256, duplicate_of, slide) VALUES
        (5, 2, 'a/1.png', 0, 'train', 8, 9, x'01', NULL, 's1'), (6, 2, 'b/1.png', 1, NULL, 8, 9, x'01', 5, NULL),
        (9, 2, 'gone', 0, NULL, 8, 8, x'02', NULL, NULL);
      DELETE FROM patches WHERE id = 9;
      INSERT INTO images (id, dataset_id, path, mask_path, labels, split, width, height, sha256, duplicate_of) VALUES
        (4, 3, '1.jpg', '1.png', '[1]', 'train', 5, 6, x'03', NULL), (7, 3, '2.jpg', NULL, '[1]', 'val', 5, 6, x'03', 4);
      INSERT INTO runs (id, name, dataset_id, config, created_at) VALUES (8, 'r', 2, '{}', 1);
      INSERT INTO run_patches VALUES (8, 'train', 0, 5);
      INSERT INTO run_predictions VALUES (8, 6, 'test', 1, 0, 0.9, x'00');
      INSERT INTO pretrainings (id, name, dataset_id, config, class_names, created_at) VALUES (1, 'p', 3, '{}', '[]', 1);
      INSERT INTO dataset_health VALUES (2, '{}', 1);`);
    migrate(db);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.prepare('SELECT * FROM patches').all()).toEqual([
      {
        ...{ id: 5, dataset_id: 2, path: 'a/1.png', class_index: 0, split: 'train', width: 8, height: 9 },
        ...{ sha256: Buffer.of(1), duplicate_of: null, slide: 's1', x: null, y: null, side: null },
        ...{ added_in: 1, retired_in: null, trace: null },
      },
      {
        ...{ id: 6, dataset_id: 2, path: 'b/1.png', class_index: 1, split: null, width: 8, height: 9 },
        ...{ sha256: Buffer.of(1), duplicate_of: 5, slide: null, x: null, y: null, side: null },
        ...{ added_in: 1, retired_in: null, trace: null },
      },
    ]);
    expect(db.prepare('SELECT id, mask_path, mask_sha256, duplicate_of, added_in FROM images').all()).toEqual(
      [
        { id: 4, mask_path: '1.png', mask_sha256: null, duplicate_of: null, added_in: 1 },
        { id: 7, mask_path: null, mask_sha256: null, duplicate_of: 4, added_in: 1 },
      ],
    );
    const one = (sql: string) => db.prepare(sql).pluck().get();
    expect(one('SELECT class_names FROM runs')).toBe('["a","b"]');
    expect(one('SELECT revision FROM pretrainings')).toBe(1);
    expect(one('SELECT revision FROM dataset_health')).toBe(1);
    expect(one('SELECT count(*) FROM run_patches')).toBe(1);
    expect(() => db.exec('DELETE FROM patches WHERE id = 5')).toThrow(/FOREIGN KEY/);
    const insert = `INSERT INTO patches (dataset_id, path, class_index, width, height, sha256) VALUES (2, 'c', 0, 8, 8, x'09')`;
    expect(db.prepare(insert).run().lastInsertRowid).toBe(10);
    expect(() => db.exec(insert)).toThrow(/UNIQUE/);
    db.exec('DELETE FROM runs; UPDATE patches SET duplicate_of = NULL; DELETE FROM datasets WHERE id = 2');
    expect(one('SELECT count(*) FROM patches')).toBe(0);
    db.close();
  });
});

describe('revisions', () => {
  let store: Store;
  let id: number;
  const classNames = ['a', 'b'];
  const dataset = (layout: 'folder' | 'voc') => {
    id = store.datasets.insert({ name: 'd', layout, root: '/d', source: '/d', mpp: null });
    store.datasets.setLayout(id, { layout, root: '/d', classNames, mpp: null });
  };
  beforeEach(() => void (store = openStore(file())));
  afterEach(() => store.close());

  const patch = (name: string, content: string, more: Partial<FoundPatch> = {}): FoundPatch => ({
    ...{ path: name, classIndex: 0, split: null, width: 8, height: 8, sha256: sha(content), ...more },
  });
  const revise = (revision: number, found: readonly FoundPatch[]) => {
    store.foundItems.clear();
    store.foundItems.addPatches(id, found);
    const differences = store.foundItems.differences(id);
    store.foundItems.apply(id, revision);
    return differences;
  };
  const current = () => store.patches.labelled(id).map(({ path: name, duplicateOf }) => [name, duplicateOf]);
  const paths = (items: readonly { path: string }[]) => items.map((item) => item.path);

  it('tell patches apart by each of their facts', () => {
    dataset('folder');
    const place = { x: 1, y: 2, side: 224 };
    const all = ['same', 'pixels', 'class', 'split', 'slide', 'place', 'gone'].map((name) =>
      patch(name, name),
    );
    store.patches.insertAll(id, all);
    const { gone, come, unchanged } = revise(2, [
      patch('new', 'new', { place }),
      patch('same', 'same'),
      patch('pixels', 'other'),
      patch('class', 'class', { classIndex: 1 }),
      patch('split', 'split', { split: 'test' }),
      patch('slide', 'slide', { slide: 's' }),
      patch('place', 'place', { place }),
      patch('same', 'told twice'),
    ]);
    expect(unchanged).toBe(1);
    expect(paths(gone)).toEqual(['pixels', 'class', 'split', 'slide', 'place', 'gone']);
    expect(paths(come)).toEqual(['new', 'pixels', 'class', 'split', 'slide', 'place']);
    expect(come[1]).toEqual({ path: 'pixels', sha256: sha('other') });
    const { patches } = store.patches.page(
      id,
      { classIndex: null, split: null, duplicatesOnly: false },
      0,
      99,
    );
    expect(patches.map((each) => [each.path, each.place])).toEqual([
      ['same', null],
      ['new', place],
      ['pixels', null],
      ['class', null],
      ['split', null],
      ['slide', null],
      ['place', place],
    ]);
    expect(store.datasets.get(id)).toMatchObject({ patches: 7, slides: { count: 1, unknown: 6 } });
  });

  it('nothing is there before it is applied', () => {
    dataset('folder');
    store.patches.insertAll(id, [patch('1', 'x')]);
    store.foundItems.clear();
    store.foundItems.addPatches(id, [patch('2', 'y')]);
    expect(current()).toEqual([['1', null]]);
    expect(store.foundItems.recognised(id)).toEqual({ known: 1, found: 0 });
    store.close(); // as a process that ends
    store = openStore(file());
    expect(store.foundItems.differences(id).come).toEqual([]);
    expect(current()).toEqual([['1', null]]);
  });

  it('point duplicates at the first current one, also where that goes', () => {
    dataset('folder');
    store.patches.insertAll(id, [patch('1', 'x'), patch('2', 'x'), patch('3', 'x'), patch('4', 'y')]);
    const [first, second] = store.patches.labelled(id).map((each) => each.id);
    expect(current()).toEqual([['1', null], ['2', first], ['3', first], ['4', null]]); // prettier-ignore
    revise(2, [patch('2', 'x'), patch('3', 'x'), patch('4', 'y'), patch('0', 'y')]);
    const fourth = store.patches.labelled(id).find((each) => each.path === '4')?.id;
    expect(current()).toEqual([['0', fourth], ['2', null], ['3', second], ['4', null]]); // prettier-ignore
    expect(store.datasets.get(id)).toMatchObject({ patches: 4, duplicates: 2 });
    store.datasets.remove(id);
    expect(store.patches.get(first ?? 0)).toBeNull();
  });

  it('notice that an image lost its mask, also where an earlier version did not hash it', () => {
    dataset('voc');
    const image = (maskPath: string | null): FoundImage => ({
      ...{ path: '1', maskPath, labels: [1], split: 'train', width: 8, height: 8 },
      ...{ sha256: sha('x'), maskSha256: null },
    });
    store.images.insertAll(id, [image('1.png')]);
    store.foundItems.clear();
    store.foundItems.addImages(id, [image(null)]);
    expect(store.foundItems.differences(id)).toMatchObject({ gone: [{}], come: [{}], unchanged: 0 });
  });

  it('leave a run the classes of the dataset that it was made on', () => {
    dataset('folder');
    const run = store.runs.insert('r', defaultRunConfig(id));
    const place = { root: '/d', source: '/d', annotations: null };
    store.datasets.revise(id, { ...place, classNames: ['a', 'b', 'c'] }, null);
    expect(store.runs.get(run)?.classNames).toEqual(['a', 'b']);
    store.runs.setClassNames(run, ['a', 'b', 'c']); // drawn after all
    expect(store.runs.get(run)?.classNames).toEqual(['a', 'b', 'c']);
  });

  it('tell runs where a retired patch lies now: at its own path first, also where thousands are the same', () => {
    dataset('folder');
    const many = 20_000;
    const blanks = (place: string) => Array.from({ length: many }, (_, i) => patch(`${place}/${i}`, 'blank'));
    store.patches.insertAll(id, [...blanks('old'), patch('stays', 'blank')]);
    const drawn = store.patches.imported(id).map((each) => each.id);
    const run = store.runs.insert('r', defaultRunConfig(id));
    store.runPatches.insertAll(run, { train: drawn, val: [], test: [] });
    // One keeps its path and becomes of another class; others of another size are more than all of them.
    const large = Array.from({ length: 2 * many }, (_, i) =>
      patch(`l/${i}`, `${i}`, { width: 99, height: 99 }),
    );
    store.patches.insertAll(id, large);
    expect([store.runPatches.side(run), store.datasets.get(id)?.sizes[0]?.width]).toEqual([8, 99]);
    revise(2, [...blanks('new'), patch('stays', 'blank', { classIndex: 1 })]);
    const begun = performance.now();
    const { train } = store.runPatches.list(run);
    expect(train.slice(0, 2).map((each) => each.path)).toEqual(['new/0', 'new/0']);
    expect(train.at(-1)).toMatchObject({ path: 'stays', classIndex: 0 });
    expect(store.runPatches.unsure(run)).toEqual([]);
    expect(store.patches.whereabouts(drawn[5]!)).toEqual({ path: 'new/0', sha256: null });
    expect(performance.now() - begun).toBeLessThan(3000); // two minutes and more, where each looks at all of them
  }, 30_000);

  it('keep the traces of files up to date, and know none of a file whose content is gone', () => {
    dataset('folder');
    const traced = (name: string, content: string, trace: string) => patch(name, content, { trace });
    store.patches.insertAll(id, [traced('1', 'x', 'old'), traced('2', 'y', 'old'), traced('3', 'z', 'old')]);
    const drawn = store.patches.imported(id).map((each) => each.id);
    const run = store.runs.insert('r', defaultRunConfig(id));
    store.runPatches.insertAll(run, { train: drawn, val: [], test: [] });
    const contents = () =>
      store.runPatches
        .list(run)
        .train.map(({ path: file, content }) => [file, content.sha256, content.trace]);
    store.patches.retrace([{ id: drawn[1]!, trace: 'copied' }]);
    expect(contents()).toEqual([
      ['1', sha('x'), 'old'],
      ['2', sha('y'), 'copied'],
      ['3', sha('z'), 'old'],
    ]);
    // The first is only touched, the second moved, the third became another.
    expect(
      revise(2, [traced('1', 'x', 'touched'), traced('4', 'y', 'moved'), traced('3', 'w', 'changed')]),
    ).toMatchObject({ unchanged: 1 });
    expect(contents()).toEqual([
      ['1', sha('x'), 'touched'],
      ['4', sha('y'), 'moved'],
      ['3', sha('z'), null],
    ]);
  });

  it('of images know the traces of both files', () => {
    dataset('voc');
    const image = (name: string, content: string, trace: string, maskTrace: string | null): FoundImage => ({
      ...{ path: name, maskPath: `${name}.png`, labels: [1], split: 'train', width: 8, height: 8 },
      ...{ sha256: sha(content), maskSha256: maskTrace && sha('m'), trace, maskTrace },
    });
    store.images.insertAll(id, [image('1', 'x', 'i1', 'm1'), image('2', 'y', 'i2', null)]);
    const [first = 0, second = 0] = store.images.of(id).map((each) => each.id);
    const contents = (revision: number) => store.images.contents(id, revision);
    expect(contents(1)).toEqual(
      new Map([
        [first, { image: { sha256: sha('x'), trace: 'i1' }, mask: { sha256: sha('m'), trace: 'm1' } }],
        [second, { image: { sha256: sha('y'), trace: 'i2' }, mask: null }],
      ]),
    );
    store.images.retrace({ items: [{ id: second, trace: 'i3' }], masks: [{ id: first, trace: 'm3' }] });
    expect([contents(1).get(first)?.mask?.trace, contents(1).get(second)?.image.trace]).toEqual(['m3', 'i3']);
    store.foundItems.clear();
    store.foundItems.addImages(id, [image('1', 'x', 'i4', 'm4'), image('2', 'changed', 'i4', null)]);
    store.foundItems.apply(id, 2);
    expect(contents(1).get(first)).toMatchObject({ image: { trace: 'i4' }, mask: { trace: 'm4' } });
    expect(contents(1).get(second)).toEqual({ image: { sha256: sha('y'), trace: null }, mask: null });
  });

  it('of images can be listed as they were, and unknown masks are learnt', () => {
    dataset('voc');
    const image = (name: string, content: string, mask: string | null = `m${name}`): FoundImage => ({
      ...{ path: name, maskPath: `${name}.png`, labels: [1], split: 'train', width: 8, height: 8 },
      ...{ sha256: sha(content), maskSha256: mask === null ? null : sha(mask) },
    });
    store.images.insertAll(id, [image('1', 'x', null), image('2', 'x'), image('3', 'z')]);
    const then = store.images.at(id, 1);
    expect(then).toEqual(store.images.of(id));
    const refresh = (revision: number, found: readonly FoundImage[]) => {
      store.foundItems.clear();
      store.foundItems.addImages(id, found);
      const { gone, come, unchanged } = store.foundItems.differences(id);
      store.foundItems.apply(id, revision);
      return [paths(gone), paths(come), unchanged];
    };
    // An import of an earlier version did not hash the first mask: whatever it is, it is taken as found,
    expect(refresh(2, [image('1', 'x'), image('2', 'x'), image('3', 'z')])).toEqual([[], [], 3]);
    // and from then on it is known.
    expect(refresh(2, [image('1', 'x', 'new'), image('2', 'x'), image('3', 'z')])).toEqual([['1'], ['1'], 2]);
    expect(store.images.of(id).map((each) => [each.path, each.duplicateOf])).toEqual([
      ['2', null],
      ['3', null],
      ['1', then[1]?.id],
    ]);
    expect(store.images.at(id, 1)).toEqual(then);
    expect(store.images.at(id, 2)).toEqual(store.images.of(id));
    expect(then.map((each) => store.images.retiredContent(each.id))).toEqual([
      { image: sha('x'), mask: sha('m1') },
      null,
      null,
    ]);
  });
});
