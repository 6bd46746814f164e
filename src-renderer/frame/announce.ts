import type { ServerEvent } from '../../src-main/contract/events.ts';
import { isUnderWay } from '../../src-main/contract/underWay.ts';
import type { Job } from '../../src-main/contract/values/job.ts';
import { router } from '../router.svelte.ts';
import { store } from '../state/store.svelte.ts';
import { toasts } from '../state/toasts.svelte.ts';

/** The screen that shows what a job works on. */
export function jobHref(job: Job): string | null {
  if (job.runId !== null) return `/runs/${job.runId}`;
  if (job.pretrainingId !== null) return `/pretrain/${job.pretrainingId}`;
  if (job.predictionId !== null) {
    const prediction = store.predictions.get(job.predictionId);
    return prediction ? `/slides/${prediction.slideId}?prediction=${prediction.id}` : '/slides';
  }
  if (job.kind === 'health') return `/datasets/${job.datasetId}?tab=health`;
  if (job.kind === 'refresh') return `/datasets/${job.datasetId}?tab=changes`;
  if (job.datasetId !== null) return `/datasets/${job.datasetId}`;
  if (job.kind === 'download') return '/datasets?public=1';
  if (job.kind === 'timePretraining') return '/pretrain?new=1';
  return job.kind === 'bench' ? '/hardware' : null;
}

/**
 * Announces the end of a job: by a toast, and by the system where the window is hidden and the user permitted it.
 * It has to hear an event before the store does, to see what the job was until now.
 */
export function announce(event: ServerEvent): void {
  if (event.type !== 'job') return;
  const { job } = event;
  const before = store.jobs.get(job.id)?.status;
  if (isUnderWay(job)) toasts.closeOf(job.id);
  if (before === undefined || before === job.status || (job.status !== 'done' && job.status !== 'failed'))
    return;
  const text = job.status === 'done' ? `${job.title}: done` : `${job.title}: ${job.error ?? 'failed'}`;
  const href = jobHref(job);
  const here = href === router.path;
  const told = here && job.status === 'failed' && (job.runId ?? job.pretrainingId) !== null; // by the page, which is shown
  if (!told)
    toasts.add({ kind: job.status, text, details: job.details, href: here ? null : href, jobId: job.id });
  if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
    const notification = new Notification('Tessera', { body: text, tag: `job-${job.id}` });
    notification.onclick = () => {
      window.focus();
      if (href) router.go(href);
    };
  }
}
