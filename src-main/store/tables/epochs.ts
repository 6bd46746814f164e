import type { Database } from 'better-sqlite3';
import { EpochRow } from '../../contract/values/run.ts';
import { fromJson } from '../json.ts';

export function epochsTable(db: Database) {
  // A resumed run does its last epoch again: the newer row counts.
  const put = db.prepare<[number, number, string]>(
    'INSERT OR REPLACE INTO epochs (run_id, epoch, row) VALUES (?, ?, ?)',
  );
  const list = db.prepare<[number], { row: string }>(
    'SELECT row FROM epochs WHERE run_id = ? ORDER BY epoch',
  );
  const latest = db.prepare<[number], { row: string }>(
    'SELECT row FROM epochs WHERE run_id = ? ORDER BY epoch DESC LIMIT 1',
  );
  const read = (stored: { row: string }) => fromJson(EpochRow, stored.row, 'epochs.row');
  return {
    put(runId: number, epoch: EpochRow): void {
      put.run(runId, epoch.epoch, JSON.stringify(epoch));
    },
    list: (runId: number): EpochRow[] => list.all(runId).map(read),
    latest(runId: number): EpochRow | null {
      const row = latest.get(runId);
      return row ? read(row) : null;
    },
  };
}

export type EpochsTable = ReturnType<typeof epochsTable>;
