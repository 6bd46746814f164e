import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../../../src-main/store/migrate.ts';
import { initial } from '../../../src-main/store/migrations/001-initial.ts';
import { naturalImages } from '../../../src-main/store/migrations/002-natural-images.ts';
import { openStore, type Store } from '../../../src-main/store/store.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tessera-images-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('the migration to natural images', () => {
  it('keeps datasets with all that refers to them, and never gives an id out twice', () => {
    const db = new Sqlite(path.join(folder, 'old.sqlite'));
    db.pragma('foreign_keys = ON');
    migrate(db, [initial]);
    db.exec(`
      INSERT INTO datasets (id, name, layout, root, source, class_names, created_at)
        VALUES (3, 'd', 'folder', 'r', 's', '["a"]', 1), (9, 'gone', 'kather', 'r', 's', '[]', 1);
      DELETE FROM datasets WHERE id = 9;
      INSERT INTO patches (dataset_id, path, class_index, width, height, sha256) VALUES (3, 'a/1.png', 0, 8, 8, x'00');
      INSERT INTO broken_files VALUES (3, 'a/2.png', 'empty');
      INSERT INTO runs (name, dataset_id, config, created_at) VALUES ('r', 3, '{}', 1);`);
    migrate(db, [initial, naturalImages]);
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(['datasets', 'patches', 'broken_files', 'runs'].map(count)).toEqual([1, 1, 1, 1]);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO datasets (name, layout, root, source, class_names, created_at) VALUES ('v', 'voc', '', '', '[]', 1)`,
      )
      .run();
    expect(lastInsertRowid).toBe(10);
    expect(() =>
      db.exec(`INSERT INTO patches (dataset_id, path, class_index, width, height, sha256)
      VALUES (77, 'x', 0, 8, 8, x'00')`),
    ).toThrow(/FOREIGN KEY/);
    db.exec('DELETE FROM runs; DELETE FROM datasets WHERE id = 3');
    expect(count('patches')).toBe(0);
    db.close();
  });

  it('undoes a migration that leaves references to nothing', () => {
    const db = new Sqlite(path.join(folder, 'bad.sqlite'));
    db.pragma('foreign_keys = ON');
    const bad = {
      version: 2,
      sql: `DROP TABLE patches; CREATE TABLE a (x INTEGER REFERENCES datasets) STRICT; INSERT INTO a VALUES (5)`,
    };
    migrate(db, [initial]);
    expect(() => migrate(db, [initial, bad])).toThrow(/dangling reference/);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare('SELECT count(*) FROM patches').pluck().get()).toBe(0);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });
});

describe('images', () => {
  let store: Store;
  let id: number;
  const image = (name: string, labels: number[], split: 'train' | 'val', content = name) => ({
    path: name,
    maskPath: name === 'bare.jpg' ? null : `m/${name}`,
    labels,
    split,
    width: 500,
    height: name === '1.jpg' ? 375 : 333,
    sha256: Buffer.from(content).toString('hex').padEnd(64, '0'),
    maskSha256: name === 'bare.jpg' ? null : 'e'.repeat(64),
  });
  beforeEach(() => {
    store = openStore(path.join(folder, 'tessera.sqlite'));
    id = store.datasets.insert({ name: 'v', layout: 'voc', root: '/v', source: '/v', mpp: null });
    const classNames = ['background', 'cat', 'dog'];
    store.datasets.setLayout(id, { layout: 'voc', root: '/v', classNames, mpp: null });
    store.images.insertAll(id, [
      image('1.jpg', [1], 'train'),
      image('2.jpg', [1, 2], 'train'),
      image('3.jpg', [2], 'val', '2.jpg'),
      image('bare.jpg', [], 'val'),
    ]);
  });
  afterEach(() => store.close());

  it('count once for each class that they show', () => {
    const counts = (train: number, val: number) => ({ train, val, test: 0, pool: 0 });
    expect(store.datasets.get(id)).toMatchObject({
      content: 'images',
      patches: 0,
      images: 4,
      masks: 3,
      duplicates: 1,
      classes: [
        { index: 0, name: 'background', counts: counts(0, 0) },
        { index: 1, name: 'cat', counts: counts(2, 0) },
        { index: 2, name: 'dog', counts: counts(1, 1) },
      ],
      sizes: [
        { width: 500, height: 333, count: 3 },
        { width: 500, height: 375, count: 1 },
      ],
    });
  });

  it('are found by class, split and page', () => {
    const all = { classIndex: null, split: null, duplicatesOnly: false };
    const page = (filter: object, offset = 0, limit = 10) => {
      const { total, images } = store.images.page(id, { ...all, ...filter }, offset, limit);
      return { total, paths: images.map((one) => one.path) };
    };
    expect(page({}, 1, 2)).toEqual({ total: 4, paths: ['2.jpg', '3.jpg'] });
    expect(page({ classIndex: 2 })).toEqual({ total: 2, paths: ['2.jpg', '3.jpg'] });
    expect(page({ classIndex: 2, split: 'val' })).toEqual({ total: 1, paths: ['3.jpg'] });
    expect(page({ duplicatesOnly: true })).toEqual({ total: 1, paths: ['3.jpg'] });
    const [first, second] = store.images.of(id);
    expect(second).toMatchObject({ path: '2.jpg', maskPath: 'm/2.jpg', labels: [1, 2], split: 'train' });
    expect(store.images.get(first?.id ?? 0)).toMatchObject({ path: '1.jpg', datasetId: id });
  });

  it('are kept when an import starts again, and go with their dataset', () => {
    store.images.insertAll(id, [image('2.jpg', [2], 'val')]);
    expect(store.images.of(id)).toHaveLength(4);
    store.datasets.remove(id);
    expect(store.images.of(id)).toEqual([]);
  });
});
