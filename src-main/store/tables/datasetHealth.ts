import type { Database } from 'better-sqlite3';
import { DatasetHealth } from '../../contract/values/health.ts';
import { fromJson } from '../json.ts';

export function datasetHealthTable(db: Database) {
  const put = db.prepare<[number, string, number]>(
    'INSERT OR REPLACE INTO dataset_health (dataset_id, report, checked_at) VALUES (?, ?, ?)',
  );
  const get = db.prepare<[number], { report: string; checked_at: number }>(
    'SELECT report, checked_at FROM dataset_health WHERE dataset_id = ?',
  );
  return {
    /** Takes the place of an earlier report. */
    put: (datasetId: number, health: DatasetHealth) => put.run(datasetId, JSON.stringify(health), Date.now()),
    get(datasetId: number): { health: DatasetHealth; checkedAt: number } | null {
      const row = get.get(datasetId);
      if (!row) return null;
      const health = fromJson(DatasetHealth, row.report, 'dataset_health.report');
      return { health, checkedAt: row.checked_at };
    },
  };
}
