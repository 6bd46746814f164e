import type { JobStatus } from './values/job.ts';

/** Whether a job, or the training or classification that it does, runs or waits for its turn. (Not beside the schemas: the page does not load zod.) */
export const isUnderWay = (work: { readonly status: JobStatus } | undefined): boolean =>
  work?.status === 'running' || work?.status === 'queued';
