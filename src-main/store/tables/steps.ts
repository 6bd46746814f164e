import type { Database } from 'better-sqlite3';
import type { StepRow } from '../../contract/values/run.ts';

export function stepsTable(db: Database) {
  const put = db.prepare<[number, number, number, number, number]>(
    'INSERT OR REPLACE INTO steps (run_id, step, epoch, loss, learning_rate) VALUES (?, ?, ?, ?, ?)',
  );
  const list = db.prepare<[number], StepRow>(
    'SELECT step, epoch, loss, learning_rate AS learningRate FROM steps WHERE run_id = ? ORDER BY step',
  );
  return {
    putAll: db.transaction((runId: number, steps: readonly StepRow[]) => {
      for (const { step, epoch, loss, learningRate } of steps)
        put.run(runId, step, epoch, loss, learningRate);
    }),
    list: (runId: number): StepRow[] => list.all(runId),
  };
}
