import type { Database } from 'better-sqlite3';
import type { PretrainStepRow } from '../../contract/values/pretraining.ts';

const COLUMNS = 'iteration, loss, learning_rate AS learningRate';

export function pretrainingStepsTable(db: Database) {
  const put = db.prepare<[number, number, number, number]>(
    'INSERT OR REPLACE INTO pretraining_steps (pretraining_id, iteration, loss, learning_rate) VALUES (?, ?, ?, ?)',
  );
  const list = db.prepare<[number], PretrainStepRow>(
    `SELECT ${COLUMNS} FROM pretraining_steps WHERE pretraining_id = ? ORDER BY iteration`,
  );
  const latest = db.prepare<[number], PretrainStepRow>(
    `SELECT ${COLUMNS} FROM pretraining_steps WHERE pretraining_id = ? ORDER BY iteration DESC LIMIT 1`,
  );
  return {
    putAll: db.transaction((pretrainingId: number, steps: readonly PretrainStepRow[]) => {
      for (const { iteration, loss, learningRate } of steps)
        put.run(pretrainingId, iteration, loss, learningRate);
    }),
    list: (pretrainingId: number): PretrainStepRow[] => list.all(pretrainingId),
    latest: (pretrainingId: number): PretrainStepRow | null => latest.get(pretrainingId) ?? null,
  };
}

export type PretrainingStepsTable = ReturnType<typeof pretrainingStepsTable>;
