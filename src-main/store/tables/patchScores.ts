import type { Database } from 'better-sqlite3';
import { fromBlob, toBlob } from '../scores.ts';

/** Scores of consecutive patches in grid order (row-major over the tissue patches). */
export interface ScoreBatch {
  /** Position of the first of them. */
  readonly start: number;
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  /** [patches, classes], row-major. */
  readonly scores: Float32Array;
}

interface Row {
  grid_column: number;
  grid_row: number;
  scores: Uint8Array;
}

export function patchScoresTable(db: Database) {
  const put = db.prepare<[number, number, number, number, Buffer]>(`
    INSERT OR REPLACE INTO patch_scores (prediction_id, position, grid_column, grid_row, scores)
    VALUES (?, ?, ?, ?, ?)`);
  const all = db.prepare<[number], Row>(
    'SELECT grid_column, grid_row, scores FROM patch_scores WHERE prediction_id = ? ORDER BY position',
  );
  const at = db.prepare<[number, number, number], Row>(
    'SELECT * FROM patch_scores WHERE prediction_id = ? AND grid_row = ? AND grid_column = ?',
  );
  const clear = db.prepare<[number]>('DELETE FROM patch_scores WHERE prediction_id = ?');

  return {
    putAll: db.transaction((predictionId: number, batch: ScoreBatch) => {
      const count = batch.columns.length;
      const classes = batch.scores.length / count;
      for (let i = 0; i < count; i++) {
        const scores = toBlob(batch.scores.subarray(i * classes, (i + 1) * classes));
        put.run(predictionId, batch.start + i, batch.columns[i] ?? 0, batch.rows[i] ?? 0, scores);
      }
    }),
    /** All scored patches in grid order. */
    all(predictionId: number, classes: number) {
      const found = all.all(predictionId);
      const scores = new Float32Array(found.length * classes);
      found.forEach((row, i) => scores.set(fromBlob(row.scores), i * classes));
      return {
        columns: Int32Array.from(found, (row) => row.grid_column),
        rows: Int32Array.from(found, (row) => row.grid_row),
        scores,
      };
    },
    at(predictionId: number, column: number, row: number): Float32Array | null {
      const found = at.get(predictionId, row, column);
      return found ? fromBlob(found.scores) : null;
    },
    clear: (predictionId: number) => clear.run(predictionId),
  };
}
