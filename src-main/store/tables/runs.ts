import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Run } from '../../contract/values/run.ts';
import { RunConfig, RunResult, type RunStatus } from '../../contract/values/run.ts';
import { fromJson } from '../json.ts';
import type { EpochsTable } from './epochs.ts';

interface Row {
  id: number;
  name: string;
  config: string;
  class_names: string;
  result: string | null;
  created_at: number;
  dataset_name: string;
  layout: string;
  job_id: number | null;
  status: RunStatus | null;
  error: string | null;
  finished_at: number | null;
  model_id: number | null;
}

const SELECT = `
  SELECT r.*, d.name AS dataset_name, d.layout,
    j.id AS job_id, j.status, j.error, j.finished_at, m.id AS model_id
  FROM runs r
  JOIN datasets d ON d.id = r.dataset_id
  LEFT JOIN jobs j ON j.id = (SELECT max(id) FROM jobs WHERE run_id = r.id AND kind = 'train')
  LEFT JOIN models m ON m.run_id = r.id AND m.card IS NOT NULL`;

export function runsTable(db: Database, epochs: EpochsTable) {
  const insert = db.prepare<[string, string, number, number]>(`
    INSERT INTO runs (name, dataset_id, config, created_at, class_names)
    SELECT ?, id, ?, ?, class_names FROM datasets WHERE id = ?`);
  const get = db.prepare<[number], Row>(`${SELECT} WHERE r.id = ?`);
  const list = db.prepare<[], Row>(`${SELECT} ORDER BY r.id DESC`);
  const ofDataset = db.prepare<[number], Row>(`${SELECT} WHERE r.dataset_id = ? ORDER BY r.id`);
  const ofMachine = db.prepare<[string], Row>(`${SELECT} WHERE r.machine = ? ORDER BY r.id DESC LIMIT 50`);
  const rename = db.prepare<[string, number]>('UPDATE runs SET name = ? WHERE id = ?');
  const setConfig = db.prepare<[string, number]>('UPDATE runs SET config = ? WHERE id = ?');
  const setClassNames = db.prepare<[string, number]>('UPDATE runs SET class_names = ? WHERE id = ?');
  const setMachine = db.prepare<[string, number]>('UPDATE runs SET machine = ? WHERE id = ?');
  const setResult = db.prepare<[string, number]>('UPDATE runs SET result = ? WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM runs WHERE id = ?');

  const toRun = (row: Row): Run => {
    const latest = epochs.latest(row.id);
    return {
      id: row.id,
      name: row.name,
      config: fromJson(RunConfig, row.config, 'runs.config'),
      datasetName: row.dataset_name,
      classNames: fromJson(z.array(z.string()), row.class_names, 'runs.class_names'),
      synthetic: row.layout === 'synthetic',
      status: row.status ?? 'interrupted',
      error: row.error,
      jobId: row.job_id,
      modelId: row.model_id,
      epochsDone: latest?.epoch ?? 0,
      latest,
      result: row.result === null ? null : fromJson(RunResult, row.result, 'runs.result'),
      createdAt: row.created_at,
      finishedAt: row.finished_at,
    };
  };

  return {
    /** With the classes of its dataset as they are. @returns its id */
    insert(name: string, config: RunConfig): number {
      const { lastInsertRowid } = insert.run(name, JSON.stringify(config), Date.now(), config.datasetId);
      return Number(lastInsertRowid);
    },
    get(id: number): Run | null {
      const row = get.get(id);
      return row ? toRun(row) : null;
    },
    list: (): Run[] => list.all().map(toRun),
    ofDataset: (datasetId: number): Run[] => ofDataset.all(datasetId).map(toRun),
    /** The newest runs that were trained on this machine. */
    ofMachine: (machine: string): Run[] => ofMachine.all(machine).map(toRun),
    rename: (id: number, name: string) => rename.run(name, id),
    setConfig: (id: number, config: RunConfig) => setConfig.run(JSON.stringify(config), id),
    /** Those of the dataset when the run's patches were drawn. */
    setClassNames: (id: number, classNames: readonly string[]) =>
      setClassNames.run(JSON.stringify(classNames), id),
    setMachine: (id: number, machine: string) => setMachine.run(machine, id),
    setResult: (id: number, result: RunResult) => setResult.run(JSON.stringify(result), id),
    /** With its steps, epochs, draws, predictions and jobs; its model stays. */
    remove: (id: number) => remove.run(id),
  };
}
