import { z } from 'zod';
import { Id, Timestamp } from './common.ts';

export const JobKind = z.enum([
  'import',
  'refresh',
  'synthesize',
  'train',
  'pretrain',
  'timePretraining',
  'predict',
  'export',
  'bench',
  'download',
  'health',
]);
export type JobKind = z.infer<typeof JobKind>;

export const JobStatus = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type JobStatus = z.infer<typeof JobStatus>;

/** The one shape of progress: what every long task tells. */
export const Progress = z.object({
  /** 0–1. */
  fraction: z.number().min(0).max(1),
  /** What it is doing, e.g. "epoch 12 of 20". */
  message: z.string(),
  /** Work per second with its unit, e.g. {value: 41, unit: "img/s"}. */
  rate: z.object({ value: z.number(), unit: z.string() }).nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const Job = z.object({
  id: Id,
  kind: JobKind,
  title: z.string(),
  status: JobStatus,
  progress: Progress,
  /** Why it failed: what happened, to which file, what to do. */
  error: z.string().nullable(),
  /** Technical details behind "copy details". */
  details: z.string().nullable(),
  /** What the job works on. */
  datasetId: Id.nullable(),
  runId: Id.nullable(),
  predictionId: Id.nullable(),
  pretrainingId: Id.nullable(),
  /** The job that has to be done before this one starts. */
  afterJobId: Id.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
});
export type Job = z.infer<typeof Job>;
