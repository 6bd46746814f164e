import type { Database } from 'better-sqlite3';
import { DatasetHealth } from '../../contract/values/health.ts';
import { fromJson } from '../json.ts';

export function datasetHealthTable(db: Database) {
  const put = db.prepare<[number, string, number, number]>(
    'INSERT OR REPLACE INTO dataset_health (dataset_id, report, revision, checked_at) VALUES (?, ?, ?, ?)',
  );
  const get = db.prepare<[number], { report: string; revision: number; checked_at: number }>(
    'SELECT report, revision, checked_at FROM dataset_health WHERE dataset_id = ?',
  );
  return {
    /** Takes the place of an earlier report. @param revision the dataset's that was checked */
    put: (datasetId: number, health: DatasetHealth, revision: number) =>
      put.run(datasetId, JSON.stringify(health), revision, Date.now()),
    get(datasetId: number): { health: DatasetHealth; revision: number; checkedAt: number } | null {
      const row = get.get(datasetId);
      if (!row) return null;
      const health = fromJson(DatasetHealth, row.report, 'dataset_health.report');
      return { health, revision: row.revision, checkedAt: row.checked_at };
    },
  };
}
