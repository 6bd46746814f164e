import type { Database } from 'better-sqlite3';
import type { Model } from '../../contract/values/model.ts';
import { ModelCard } from '../../contract/values/model.ts';
import { fromJson } from '../json.ts';

interface Row {
  id: number;
  name: string;
  run_id: number | null;
  card: string;
  bytes: number;
  test_accuracy: number | null;
  test_n: number | null;
  trainable: number;
  created_at: number;
}

export interface FinishedModel {
  readonly card: ModelCard;
  readonly bytes: number;
  readonly testAccuracy: number | null;
  readonly testN: number | null;
  /** Of an imported file, hexadecimal, so that it is not imported twice. */
  readonly sha256?: string;
}

const toModel = (row: Row): Model => ({
  id: row.id,
  name: row.name,
  runId: row.run_id,
  card: fromJson(ModelCard, row.card, 'models.card'),
  bytes: row.bytes,
  testAccuracy: row.test_accuracy,
  testN: row.test_n,
  trainable: row.trainable === 1,
  createdAt: row.created_at,
});

/** A model without a card is announced (a queued prediction may name it) but not finished; readers do not see it. */
export function modelsTable(db: Database) {
  const insert = db.prepare<[string, number | null, number, number]>(
    'INSERT INTO models (name, run_id, bytes, trainable, created_at) VALUES (?, ?, 0, ?, ?)',
  );
  const ofRun = db.prepare<[number], { id: number }>('SELECT id FROM models WHERE run_id = ?');
  const finish = db.prepare(`
    UPDATE models SET card = @card, bytes = @bytes, test_accuracy = @testAccuracy, test_n = @testN, sha256 = @sha256
    WHERE id = @id`);
  const get = db.prepare<[number], Row>('SELECT * FROM models WHERE id = ? AND card IS NOT NULL');
  const list = db.prepare<[], Row>('SELECT * FROM models WHERE card IS NOT NULL ORDER BY id DESC');
  const bySha256 = db.prepare<[string], Row>('SELECT * FROM models WHERE sha256 = ? AND card IS NOT NULL');
  const rename = db.prepare<[string, number]>('UPDATE models SET name = ? WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM models WHERE id = ?');

  return {
    /** @returns the id of an announced model */
    announce(name: string, runId: number | null): number {
      return Number(insert.run(name, runId, runId === null ? 0 : 1, Date.now()).lastInsertRowid);
    },
    /** The model of a run, finished or announced. */
    idOfRun: (runId: number): number | null => ofRun.get(runId)?.id ?? null,
    finish(id: number, model: FinishedModel): void {
      finish.run({ ...model, id, card: JSON.stringify(model.card), sha256: model.sha256 ?? null });
    },
    get(id: number): Model | null {
      const row = get.get(id);
      return row ? toModel(row) : null;
    },
    list: (): Model[] => list.all().map(toModel),
    bySha256(sha256: string): Model | null {
      const row = bySha256.get(sha256);
      return row ? toModel(row) : null;
    },
    rename: (id: number, name: string) => rename.run(name, id),
    remove: (id: number) => remove.run(id),
  };
}
