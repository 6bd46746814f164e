import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../../src-main/store/migrate.ts';
import { initial } from '../../../src-main/store/migrations/001-initial.ts';
import { naturalImages } from '../../../src-main/store/migrations/002-natural-images.ts';
import { pretraining } from '../../../src-main/store/migrations/003-pretraining.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'tessera-migration-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('the migration to pre-training keeps jobs with their order, and finds out what models began from', () => {
  const db = new Sqlite(path.join(folder, 'old.sqlite'));
  db.pragma('foreign_keys = ON');
  migrate(db, [initial, naturalImages]);
  const job = `INSERT INTO jobs (id, kind, title, status, position, parameters, progress, run_id, after_job_id, created_at) VALUES`;
  db.exec(`
    INSERT INTO datasets (id, name, layout, root, source, class_names, created_at)
      VALUES (1, 'd', 'folder', 'r', 's', '["a"]', 1);
    INSERT INTO runs (id, name, dataset_id, config, created_at) VALUES
      (4, 'first', 1, '{"init": {"kind": "random"}}', 1),
      (5, 'second', 1, '{"init": {"kind": "model", "modelId": 7}}', 1),
      (6, 'third', 1, '{"init": {"kind": "model", "modelId": 99}}', 1);
    INSERT INTO models (id, name, run_id, bytes, trainable, created_at) VALUES
      (7, 'first', 4, 0, 1, 1), (8, 'second', 5, 0, 1, 1), (9, 'third', 6, 0, 1, 1), (10, 'other', NULL, 0, 0, 1);
    ${job} (2, 'train', 't', 'done', 1, '{}', '{}', 4, NULL, 1), (3, 'train', 'u', 'queued', 2, '{}', '{}', 5, 2, 1),
      (30, 'bench', 'gone', 'done', 3, '{}', '{}', NULL, NULL, 1);
    DELETE FROM jobs WHERE id = 30;`);
  migrate(db, [initial, naturalImages, pretraining]);
  expect(db.prepare('SELECT id, run_id, after_job_id, pretraining_id FROM jobs').all()).toEqual([
    { id: 2, run_id: 4, after_job_id: null, pretraining_id: null },
    { id: 3, run_id: 5, after_job_id: 2, pretraining_id: null },
  ]);
  expect(db.prepare('SELECT id, init_model_id FROM models').all()).toEqual([
    { id: 7, init_model_id: null },
    { id: 8, init_model_id: 7 },
    { id: 9, init_model_id: null },
    { id: 10, init_model_id: null },
  ]);
  const insert = `INSERT INTO jobs (kind, title, status, position, parameters, progress, created_at) VALUES ('pretrain', '', 'queued', 4, '{}', '{}', 1)`;
  expect(db.prepare(insert).run().lastInsertRowid).toBe(31);
  db.exec('DELETE FROM jobs WHERE id = 2'); // its successor waits for nothing any more
  expect(db.prepare('SELECT after_job_id FROM jobs WHERE id = 3').pluck().get()).toBeNull();
  db.exec('DELETE FROM runs WHERE id = 5');
  expect(db.prepare('SELECT count(*) FROM jobs WHERE id = 3').pluck().get()).toBe(0);
  db.close();
});
