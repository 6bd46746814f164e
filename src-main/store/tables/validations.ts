import type { Database } from 'better-sqlite3';
import { ValidationRow } from '../../contract/values/pretraining.ts';
import { fromJson } from '../json.ts';

/** The validations of pre-trainings. */
export function validationsTable(db: Database) {
  // A resumed one may validate again what it had: the newer row counts.
  const put = db.prepare<[number, number, string]>(
    'INSERT OR REPLACE INTO pretraining_validations (pretraining_id, iteration, row) VALUES (?, ?, ?)',
  );
  const list = db.prepare<[number], { row: string }>(
    'SELECT row FROM pretraining_validations WHERE pretraining_id = ? ORDER BY iteration',
  );
  const latest = db.prepare<[number], { row: string }>(
    'SELECT row FROM pretraining_validations WHERE pretraining_id = ? ORDER BY iteration DESC LIMIT 1',
  );
  const best = db.prepare<[number], { score: number | null }>(
    `SELECT max(json_extract(row, '$.score')) AS score FROM pretraining_validations WHERE pretraining_id = ?`,
  );
  const read = (stored: { row: string }) =>
    fromJson(ValidationRow, stored.row, 'pretraining_validations.row');
  return {
    put(pretrainingId: number, row: ValidationRow): void {
      put.run(pretrainingId, row.iteration, JSON.stringify(row));
    },
    list: (pretrainingId: number): ValidationRow[] => list.all(pretrainingId).map(read),
    latest(pretrainingId: number): ValidationRow | null {
      const row = latest.get(pretrainingId);
      return row ? read(row) : null;
    },
    bestScore: (pretrainingId: number): number | null => best.get(pretrainingId)?.score ?? null,
  };
}

export type ValidationsTable = ReturnType<typeof validationsTable>;
