import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { BenchRow } from '../../contract/values/hardware.ts';
import { fromJson } from '../json.ts';

export function benchmarksTable(db: Database) {
  const insert = db.prepare<[string, string, number]>(
    'INSERT INTO benchmarks (machine, rows, created_at) VALUES (?, ?, ?)',
  );
  const latest = db.prepare<[string], { rows: string }>(
    'SELECT rows FROM benchmarks WHERE machine = ? ORDER BY id DESC LIMIT 1',
  );
  return {
    insert: (machine: string, rows: BenchRow[]) => insert.run(machine, JSON.stringify(rows), Date.now()),
    /** What was measured last on this machine; the workspace may have been copied from another one. */
    latest(machine: string): BenchRow[] | null {
      const row = latest.get(machine);
      return row ? fromJson(z.array(BenchRow), row.rows, 'benchmarks.rows') : null;
    },
  };
}
