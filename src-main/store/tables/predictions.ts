import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { JobStatus } from '../../contract/values/job.ts';
import {
  ExportedFiles,
  PatchGrid,
  type Prediction,
  type UnreadablePatches,
} from '../../contract/values/slide.ts';
import { fromJson } from '../json.ts';

interface Row {
  id: number;
  slide_id: number;
  model_id: number | null;
  model_name: string;
  class_names: string;
  synthetic: number;
  grid: string | null;
  patches: number;
  patches_done: number;
  unreadable: number;
  unreadable_reason: string | null;
  tissue_fraction: number | null;
  patches_per_second: number | null;
  seconds: number | null;
  created_at: number;
  job_id: number | null;
  status: JobStatus | null;
  error: string | null;
}

/** The model as it was when the prediction was made. */
export type PredictionModel = Pick<Prediction, 'modelName' | 'classNames' | 'synthetic'>;

/** An export that was ever asked for, of a prediction that is still there. */
export interface KnownExport {
  readonly slideId: number;
  readonly modelName: string;
  readonly files: ExportedFiles;
  readonly status: JobStatus;
}

const ExportParameters = z.object({ files: ExportedFiles });

const SELECT = `
  SELECT p.*, j.id AS job_id, j.status, j.error
  FROM predictions p
  LEFT JOIN jobs j ON j.id = (SELECT max(id) FROM jobs WHERE prediction_id = p.id AND kind = 'predict')`;

const toPrediction = (row: Row): Prediction => ({
  id: row.id,
  slideId: row.slide_id,
  modelId: row.model_id,
  modelName: row.model_name,
  classNames: fromJson(z.array(z.string()), row.class_names, 'predictions.class_names'),
  synthetic: row.synthetic === 1,
  jobId: row.job_id,
  status: row.status ?? 'interrupted',
  error: row.error,
  grid: row.grid === null ? null : fromJson(PatchGrid, row.grid, 'predictions.grid'),
  patches: row.patches,
  patchesDone: row.patches_done,
  unreadable: row.unreadable > 0 ? { patches: row.unreadable, reason: row.unreadable_reason ?? '' } : null,
  tissueFraction: row.tissue_fraction,
  patchesPerSecond: row.patches_per_second,
  seconds: row.seconds,
  createdAt: row.created_at,
});

export function predictionsTable(db: Database) {
  const insert = db.prepare(`
    INSERT INTO predictions (slide_id, model_id, model_name, class_names, synthetic, patches, patches_done, created_at)
    VALUES (@slideId, @modelId, @modelName, @classNames, @synthetic, 0, 0, @createdAt)`);
  const get = db.prepare<[number], Row>(`${SELECT} WHERE p.id = ?`);
  const list = db.prepare<[{ slideId: number | null }], Row>(
    `${SELECT} WHERE @slideId IS NULL OR p.slide_id = @slideId ORDER BY p.id DESC`,
  );
  const ofModel = db.prepare<[number], Row>(`${SELECT} WHERE p.model_id = ?`);
  const exports = db.prepare<
    [],
    { slide_id: number; model_name: string; status: JobStatus; parameters: string }
  >(`
    SELECT p.slide_id, p.model_name, j.status, j.parameters
    FROM jobs j JOIN predictions p ON p.id = j.prediction_id WHERE j.kind = 'export' ORDER BY j.id DESC`);
  const setModel = db.prepare(`
    UPDATE predictions SET model_name = @modelName, class_names = @classNames, synthetic = @synthetic
    WHERE id = @id`);
  const setGrid = db.prepare(`
    UPDATE predictions SET grid = @grid, patches = @patches, tissue_fraction = @tissueFraction WHERE id = @id`);
  const setDone = db.prepare(`
    UPDATE predictions SET patches_done = @done, unreadable = @unreadable, unreadable_reason = @reason WHERE id = @id`);
  const setResult = db.prepare(`
    UPDATE predictions SET seconds = @seconds, patches_per_second = @patchesPerSecond WHERE id = @id`);
  const remove = db.prepare<[number]>('DELETE FROM predictions WHERE id = ?');

  return {
    /** @returns its id */
    insert(slideId: number, modelId: number, model: PredictionModel): number {
      const { lastInsertRowid } = insert.run({
        slideId,
        modelId,
        modelName: model.modelName,
        classNames: JSON.stringify(model.classNames),
        synthetic: Number(model.synthetic),
        createdAt: Date.now(),
      });
      return Number(lastInsertRowid);
    },
    get(id: number): Prediction | null {
      const row = get.get(id);
      return row ? toPrediction(row) : null;
    },
    list: (slideId: number | null): Prediction[] => list.all({ slideId }).map(toPrediction),
    ofModel: (modelId: number): Prediction[] => ofModel.all(modelId).map(toPrediction),
    /** Newest first. */
    exports: (): KnownExport[] =>
      exports.all().map((row) => ({
        slideId: row.slide_id,
        modelName: row.model_name,
        files: fromJson(ExportParameters, row.parameters, 'jobs.parameters').files,
        status: row.status,
      })),
    setModel(id: number, model: PredictionModel): void {
      setModel.run({
        id,
        modelName: model.modelName,
        classNames: JSON.stringify(model.classNames),
        synthetic: Number(model.synthetic),
      });
    },
    setGrid(id: number, grid: PatchGrid, patches: number, tissueFraction: number): void {
      setGrid.run({ id, grid: JSON.stringify(grid), patches, tissueFraction });
    },
    /** @param done patches dealt with, `unreadable` ones included */
    setDone(id: number, done: number, unreadable: UnreadablePatches | null): void {
      setDone.run({ id, done, unreadable: unreadable?.patches ?? 0, reason: unreadable?.reason ?? null });
    },
    setResult: (id: number, result: { seconds: number; patchesPerSecond: number }) =>
      setResult.run({ id, ...result }),
    remove: (id: number) => remove.run(id),
  };
}
