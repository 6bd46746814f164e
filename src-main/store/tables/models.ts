import type { Database } from 'better-sqlite3';
import { Model, ModelCard } from '../../contract/values/model.ts';
import { fromJson } from '../json.ts';

interface Row {
  id: number;
  name: string;
  run_id: number | null;
  pretraining_id: number | null;
  init_id: number | null;
  init_name: string | null;
  source: string | null;
  validation: string | null;
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
  readonly validation?: Model['validation'];
  /** Of an imported file, hexadecimal, so that it is not imported twice. */
  readonly sha256?: string;
}

/** What a model came of: the run or the pre-training that makes it, or the file that it is imported from. */
export interface Origin {
  readonly runId?: number;
  readonly pretrainingId?: number;
  /** The model that its training begins from. */
  readonly initModelId?: number | null;
  readonly source?: string;
  /** Whether its weights can be begun from. */
  readonly trainable: boolean;
}

const toModel = (row: Row): Model => ({
  id: row.id,
  name: row.name,
  runId: row.run_id,
  pretrainingId: row.pretraining_id,
  init: row.init_id === null ? null : { id: row.init_id, name: row.init_name ?? '' },
  source: row.source,
  card: fromJson(ModelCard, row.card, 'models.card'),
  bytes: row.bytes,
  testAccuracy: row.test_accuracy,
  testN: row.test_n,
  validation:
    row.validation === null ? null : fromJson(Model.shape.validation, row.validation, 'models.validation'),
  trainable: row.trainable === 1,
  createdAt: row.created_at,
});

const SELECT =
  'SELECT m.*, i.id AS init_id, i.name AS init_name FROM models m LEFT JOIN models i ON i.id = m.init_model_id';

/** A model without a card is announced (a queued prediction may name it) but not finished; readers do not see it. */
export function modelsTable(db: Database) {
  const insert = db.prepare(`
    INSERT INTO models (name, run_id, pretraining_id, init_model_id, source, bytes, trainable, created_at)
    VALUES (@name, @runId, @pretrainingId, @initModelId, @source, 0, @trainable, @createdAt)`);
  const ofRun = db.prepare<[number], { id: number }>('SELECT id FROM models WHERE run_id = ?');
  const ofPretraining = db.prepare<[number], { id: number }>(
    'SELECT id FROM models WHERE pretraining_id = ?',
  );
  const finish = db.prepare(`
    UPDATE models SET card = @card, bytes = @bytes, test_accuracy = @testAccuracy, test_n = @testN,
      validation = @validation, sha256 = @sha256
    WHERE id = @id`);
  const get = db.prepare<[number], Row>(`${SELECT} WHERE m.id = ? AND m.card IS NOT NULL`);
  const list = db.prepare<[], Row>(`${SELECT} WHERE m.card IS NOT NULL ORDER BY m.id DESC`);
  const begunFrom = db.prepare<[number], Row>(`${SELECT} WHERE m.init_model_id = ? AND m.card IS NOT NULL`);
  const bySha256 = db.prepare<[string], Row>(`${SELECT} WHERE m.sha256 = ? AND m.card IS NOT NULL`);
  const rename = db.prepare<[string, number]>('UPDATE models SET name = ? WHERE id = ?');
  const setTrainable = db.prepare<[number]>('UPDATE models SET trainable = 1 WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM models WHERE id = ?');

  return {
    /** @returns the id of an announced model */
    announce(name: string, origin: Origin): number {
      const { lastInsertRowid } = insert.run({
        name,
        runId: origin.runId ?? null,
        pretrainingId: origin.pretrainingId ?? null,
        initModelId: origin.initModelId ?? null,
        source: origin.source ?? null,
        trainable: Number(origin.trainable),
        createdAt: Date.now(),
      });
      return Number(lastInsertRowid);
    },
    /** The model of a run, finished or announced. */
    idOfRun: (runId: number): number | null => ofRun.get(runId)?.id ?? null,
    /** The same of a pre-training. */
    idOfPretraining: (pretrainingId: number): number | null => ofPretraining.get(pretrainingId)?.id ?? null,
    finish(id: number, { card, validation, sha256, ...model }: FinishedModel): void {
      finish.run({
        ...model,
        id,
        card: JSON.stringify(card),
        validation: validation ? JSON.stringify(validation) : null,
        sha256: sha256 ?? null,
      });
    },
    get(id: number): Model | null {
      const row = get.get(id);
      return row ? toModel(row) : null;
    },
    list: (): Model[] => list.all().map(toModel),
    /** The models whose training began from this one. */
    begunFrom: (id: number): Model[] => begunFrom.all(id).map(toModel),
    bySha256(sha256: string): Model | null {
      const row = bySha256.get(sha256);
      return row ? toModel(row) : null;
    },
    rename: (id: number, name: string) => rename.run(name, id),
    /** Of a model whose weights came after its ONNX file. */
    setTrainable: (id: number) => setTrainable.run(id),
    remove: (id: number) => remove.run(id),
  };
}
