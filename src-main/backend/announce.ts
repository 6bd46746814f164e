import type { Job, JobStatus } from '../contract/values/job.ts';
import type { Workplace } from './session.ts';

/* Tells the windows the newest state of a row; nothing when it is gone. */

export function publishDataset({ store, publish }: Workplace, id: number): void {
  const dataset = store.datasets.get(id);
  if (dataset) publish({ type: 'dataset', dataset });
}

export function publishRun({ store, publish }: Workplace, id: number): void {
  const run = store.runs.get(id);
  if (run) publish({ type: 'run', run });
}

export function publishPretraining({ store, publish }: Workplace, id: number): void {
  const pretraining = store.pretrainings.get(id);
  if (pretraining) publish({ type: 'pretraining', pretraining });
}

export function publishModel({ store, publish }: Workplace, id: number): void {
  const model = store.models.get(id);
  if (model) publish({ type: 'model', model });
}

export function publishSlide({ store, publish }: Workplace, id: number): void {
  const slide = store.slides.get(id);
  if (slide) publish({ type: 'slide', slide });
}

export function publishPrediction({ store, publish }: Workplace, id: number): void {
  const prediction = store.predictions.get(id);
  if (prediction) publish({ type: 'prediction', prediction });
}

/** Publishes what a job works on whenever the job's status changed, because the row's status is the job's. */
export function subjectsOf(workplace: Workplace): (job: Job) => void {
  const known = new Map<number, JobStatus>();
  return (job) => {
    if (known.get(job.id) === job.status) return;
    known.set(job.id, job.status);
    if (job.datasetId !== null) publishDataset(workplace, job.datasetId);
    if (job.runId !== null) publishRun(workplace, job.runId);
    if (job.pretrainingId !== null) publishPretraining(workplace, job.pretrainingId);
    if (job.predictionId !== null) publishPrediction(workplace, job.predictionId);
  };
}
