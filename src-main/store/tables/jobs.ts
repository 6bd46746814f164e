import type { Database } from 'better-sqlite3';
import type { z } from 'zod';
import type { Job } from '../../contract/values/job.ts';
import { JobKind, JobStatus, Progress } from '../../contract/values/job.ts';
import { fromJson } from '../json.ts';

export interface NewJob {
  readonly kind: JobKind;
  readonly title: string;
  /** What the job was asked for beyond the rows it names; read by the kind's behaviour. */
  readonly parameters?: unknown;
  readonly datasetId?: number;
  readonly runId?: number;
  readonly predictionId?: number;
  readonly pretrainingId?: number;
  readonly afterJobId?: number;
}

interface Row {
  id: number;
  kind: string;
  title: string;
  status: string;
  position: number;
  parameters: string;
  progress: string;
  error: string | null;
  details: string | null;
  dataset_id: number | null;
  run_id: number | null;
  prediction_id: number | null;
  pretraining_id: number | null;
  after_job_id: number | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

const toJob = (row: Row): Job => ({
  id: row.id,
  kind: JobKind.parse(row.kind),
  title: row.title,
  status: JobStatus.parse(row.status),
  progress: fromJson(Progress, row.progress, 'jobs.progress'),
  error: row.error,
  details: row.details,
  datasetId: row.dataset_id,
  runId: row.run_id,
  predictionId: row.prediction_id,
  pretrainingId: row.pretraining_id,
  afterJobId: row.after_job_id,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

/** Finished jobs that a list shows; older ones stay in the database. */
const SHOWN_FINISHED = 200;

const beginning: Progress = { fraction: 0, message: '', rate: null, secondsLeft: null };

export function jobsTable(db: Database) {
  const insert = db.prepare(`
    INSERT INTO jobs (kind, title, status, position, parameters, progress, dataset_id, run_id, prediction_id, pretraining_id, after_job_id, created_at)
    VALUES (@kind, @title, 'queued', (SELECT coalesce(max(position), 0) + 1 FROM jobs), @parameters, @progress,
            @datasetId, @runId, @predictionId, @pretrainingId, @afterJobId, @createdAt)`);
  const get = db.prepare<[number], Row>('SELECT * FROM jobs WHERE id = ?');
  const active = db.prepare<[], Row>(
    `SELECT * FROM jobs WHERE status IN ('queued', 'running') ORDER BY status = 'queued', position`,
  );
  const finished = db.prepare<[number], Row>(
    `SELECT * FROM jobs WHERE status NOT IN ('queued', 'running') ORDER BY finished_at DESC, id DESC LIMIT ?`,
  );
  const queued = db.prepare<[], Row>(`SELECT * FROM jobs WHERE status = 'queued' ORDER BY position`);
  const running = db.prepare<[], Row>(`SELECT * FROM jobs WHERE status = 'running'`);
  const setStatus = db.prepare(`
    UPDATE jobs SET status = @status, error = @error, details = @details,
      started_at = iif(@status = 'running', @now, started_at),
      finished_at = iif(@status IN ('queued', 'running'), NULL, @now)
    WHERE id = @id`);
  const setProgress = db.prepare<[string, number]>('UPDATE jobs SET progress = ? WHERE id = ?');
  const setPosition = db.prepare<[number, number]>('UPDATE jobs SET position = ? WHERE id = ?');
  const position = db.prepare<[number], { position: number }>('SELECT position FROM jobs WHERE id = ?');
  const newestId = db.prepare<[], { id: number | null }>('SELECT max(id) AS id FROM jobs');

  return {
    insert(job: NewJob): Job {
      const { lastInsertRowid } = insert.run({
        kind: job.kind,
        title: job.title,
        parameters: JSON.stringify(job.parameters ?? {}),
        progress: JSON.stringify(beginning),
        datasetId: job.datasetId ?? null,
        runId: job.runId ?? null,
        predictionId: job.predictionId ?? null,
        pretrainingId: job.pretrainingId ?? null,
        afterJobId: job.afterJobId ?? null,
        createdAt: Date.now(),
      });
      return toJob(get.get(Number(lastInsertRowid)) as Row);
    },
    get(id: number): Job | null {
      const row = get.get(id);
      return row ? toJob(row) : null;
    },
    /** What the job was asked for, checked. */
    parameters<S extends z.ZodType>(id: number, schema: S): z.output<S> {
      return fromJson(schema, get.get(id)?.parameters ?? '{}', 'jobs.parameters');
    },
    /** The running, then the queued in their order, then the finished, newest first. */
    list: (): Job[] => [...active.all(), ...finished.all(SHOWN_FINISHED)].map(toJob),
    /** The running, then the queued in their order. */
    active: (): Job[] => active.all().map(toJob),
    queued: (): Job[] => queued.all().map(toJob),
    running: (): Job[] => running.all().map(toJob),
    newestId: (): number => newestId.get()?.id ?? 0,
    setStatus(id: number, status: JobStatus, why: { error: string | null; details: string | null }): void {
      setStatus.run({ id, status, now: Date.now(), ...why });
    },
    setProgress(id: number, progress: Progress): void {
      setProgress.run(JSON.stringify(progress), id);
    },
    swapPositions: db.transaction((first: number, second: number) => {
      const [a, b] = [position.get(first)?.position, position.get(second)?.position];
      if (a === undefined || b === undefined) return;
      setPosition.run(b, first);
      setPosition.run(a, second);
    }),
  };
}

export type JobsTable = ReturnType<typeof jobsTable>;
