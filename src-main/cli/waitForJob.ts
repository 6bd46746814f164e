import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../base/errors.ts';
import type { Job } from '../contract/values/job.ts';
import type { Context } from './command.ts';
import { progressBar } from './progressBar.ts';

const INTERVAL = 100;

const ended = ({ status }: Job): boolean => status !== 'queued' && status !== 'running';

/**
 * Waits until a job has ended, drawing its progress. Ctrl-C cancels it.
 * @returns the job, `done` or `cancelled`
 * @throws UserError with the job's reason when it failed
 */
export async function waitForJob({ client, progress, stopped }: Context, id: number): Promise<Job> {
  const bar = progress ? progressBar() : null;
  let cancelling = false;
  try {
    for (;;) {
      const job = await client('jobs.get', { id });
      bar?.show(job);
      if (ended(job)) return succeeded(job);
      if (stopped.aborted && !cancelling) {
        cancelling = true;
        await client('jobs.cancel', { id });
      }
      await delay(INTERVAL);
    }
  } finally {
    bar?.remove();
  }
}

function succeeded(job: Job): Job {
  if (job.status === 'failed' || job.status === 'interrupted')
    throw new UserError(job.error ?? `“${job.title}” was interrupted.`, job.details);
  return job;
}
