import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src-main/base/errors.ts';
import { openDatabase } from '../../../src-main/store/database.ts';
import { migrate } from '../../../src-main/store/migrate.ts';
import { migrations } from '../../../src-main/store/migrations/all.ts';

let file: string;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'tessera-migrate-')), 'tessera.sqlite');
});
afterEach(() => rmSync(path.dirname(file), { recursive: true }));

describe('migrations', () => {
  it('are numbered 1, 2, 3 …', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('make the schema that is on record', () => {
    const db = openDatabase(file);
    const schema = db
      .prepare<[], { sql: string }>(
        `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name`,
      )
      .all();
    const strict = db
      .prepare<[], { name: string }>(
        `SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
      )
      .all();
    expect(strict).toEqual([]);
    expect(schema.map(({ sql }) => sql).join(';\n')).toMatchSnapshot();
    db.close();
  });

  it('opens in WAL mode with foreign keys', () => {
    const db = openDatabase(file);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(1);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  it('refuses a database of a newer version in words and leaves it alone', () => {
    const newer = new Sqlite(file);
    newer.pragma('user_version = 999');
    newer.close();
    expect(() => openDatabase(file)).toThrow(UserError);
    expect(() => openDatabase(file)).toThrow(/newer version of Tessera/);
    const after = new Sqlite(file);
    expect(after.pragma('user_version', { simple: true })).toBe(999);
    expect(after.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
    after.close();
  });

  it('carries an old database over, keeping its rows, and undoes a migration that fails', () => {
    const first = { version: 1, sql: 'CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7)' };
    const second = { version: 2, sql: 'ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 3' };
    const broken = { version: 3, sql: 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)' };
    const db = new Sqlite(file);
    migrate(db, [first]);
    migrate(db, [first, second]);
    expect(db.prepare('SELECT * FROM a').all()).toEqual([{ x: 7, y: 3 }]);
    expect(() => migrate(db, [first, second, broken])).toThrow(/nowhere/);
    expect(db.pragma('user_version', { simple: true })).toBe(2);
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'b'").get()).toEqual({ n: 0 });
    db.close();
  });

  it('says so when the file is no database', () => {
    rmSync(file, { force: true });
    expect(() => openDatabase(path.join(file, 'not-a-folder', 'x.sqlite'))).toThrow(UserError);
  });
});
