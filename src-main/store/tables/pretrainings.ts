import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { PretrainConfig, PretrainResult, type Pretraining } from '../../contract/values/pretraining.ts';
import type { RunStatus } from '../../contract/values/run.ts';
import { fromJson } from '../json.ts';
import type { PretrainingStepsTable } from './pretrainingSteps.ts';
import type { ValidationsTable } from './validations.ts';

interface Row {
  id: number;
  name: string;
  config: string;
  class_names: string;
  result: string | null;
  created_at: number;
  dataset_name: string;
  job_id: number | null;
  status: RunStatus | null;
  error: string | null;
  finished_at: number | null;
  model_id: number | null;
}

const SELECT = `
  SELECT p.*, d.name AS dataset_name, j.id AS job_id, j.status, j.error, j.finished_at, m.id AS model_id
  FROM pretrainings p
  JOIN datasets d ON d.id = p.dataset_id
  LEFT JOIN jobs j ON j.id = (SELECT max(id) FROM jobs WHERE pretraining_id = p.id AND kind = 'pretrain')
  LEFT JOIN models m ON m.pretraining_id = p.id AND m.card IS NOT NULL`;

export function pretrainingsTable(db: Database, steps: PretrainingStepsTable, validations: ValidationsTable) {
  const insert = db.prepare<[string, string, string, number, number]>(
    `INSERT INTO pretrainings (name, dataset_id, config, class_names, created_at, revision)
     SELECT ?, id, ?, ?, ?, revision FROM datasets WHERE id = ?`,
  );
  const revision = db.prepare<[number], { revision: number }>(
    'SELECT revision FROM pretrainings WHERE id = ?',
  );
  const get = db.prepare<[number], Row>(`${SELECT} WHERE p.id = ?`);
  const list = db.prepare<[], Row>(`${SELECT} ORDER BY p.id DESC`);
  const ofDataset = db.prepare<[number], Row>(`${SELECT} WHERE p.dataset_id = ? ORDER BY p.id`);
  const rename = db.prepare<[string, number]>('UPDATE pretrainings SET name = ? WHERE id = ?');
  const setConfig = db.prepare<[string, number]>('UPDATE pretrainings SET config = ? WHERE id = ?');
  const setResult = db.prepare<[string, number]>('UPDATE pretrainings SET result = ? WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM pretrainings WHERE id = ?');

  const toPretraining = (row: Row): Pretraining => {
    const latest = steps.latest(row.id);
    return {
      id: row.id,
      name: row.name,
      config: fromJson(PretrainConfig, row.config, 'pretrainings.config'),
      datasetName: row.dataset_name,
      classNames: fromJson(z.array(z.string()), row.class_names, 'pretrainings.class_names'),
      status: row.status ?? 'interrupted',
      error: row.error,
      jobId: row.job_id,
      modelId: row.model_id,
      iterationsDone: latest?.iteration ?? 0,
      latest,
      latestValidation: validations.latest(row.id),
      bestScore: validations.bestScore(row.id),
      result: row.result === null ? null : fromJson(PretrainResult, row.result, 'pretrainings.result'),
      createdAt: row.created_at,
      finishedAt: row.finished_at,
    };
  };

  return {
    /** On the dataset as it is. @returns its id */
    insert(name: string, config: PretrainConfig, classNames: readonly string[]): number {
      const stored = [JSON.stringify(config), JSON.stringify(classNames)] as const;
      return Number(insert.run(name, ...stored, Date.now(), config.datasetId).lastInsertRowid);
    },
    /** The revision of the dataset that it began with. */
    revision: (id: number): number => revision.get(id)?.revision ?? 1,
    get(id: number): Pretraining | null {
      const row = get.get(id);
      return row ? toPretraining(row) : null;
    },
    list: (): Pretraining[] => list.all().map(toPretraining),
    ofDataset: (datasetId: number): Pretraining[] => ofDataset.all(datasetId).map(toPretraining),
    rename: (id: number, name: string) => rename.run(name, id),
    setConfig: (id: number, config: PretrainConfig) => setConfig.run(JSON.stringify(config), id),
    setResult: (id: number, result: PretrainResult) => setResult.run(JSON.stringify(result), id),
    /** With its steps, validations and jobs; its model stays. */
    remove: (id: number) => remove.run(id),
  };
}
