import type { Dataset } from '../../../src-main/contract/values/dataset.ts';
import type { Job } from '../../../src-main/contract/values/job.ts';
import { client } from '../../api/client.ts';
import { router } from '../../router.svelte.ts';
import { store } from '../../state/store.svelte.ts';
import { attempt } from '../../state/toasts.svelte.ts';
import { pickPath } from '../../ui/pathPicker.svelte.ts';
import { IMPORT_FILES } from '../importFiles.ts';
import { sourceNoun } from './changesWords.ts';

/** The places that refreshes of this window were pointed to, by their jobs: a second attempt goes there, too. */
const places = new Map<number, string>();

/** Starts to look for changes, at another place where one is given, and shows how it goes. */
export async function lookForChanges({ id }: Dataset, path: string | null = null): Promise<void> {
  const job = await attempt(() => client('datasets.refresh', { id, path }));
  if (!job) return;
  if (path !== null) places.set(job.id, path);
  store.jobs.add(job);
  router.go(`/datasets/${id}?tab=changes`);
}

/** Does once more what a job could not. */
export const lookAgain = (dataset: Dataset, job: Job): Promise<void> =>
  lookForChanges(dataset, places.get(job.id) ?? null);

/** Asks where the files are now, and looks for changes there. */
export async function pointElsewhere(dataset: Dataset): Promise<void> {
  const noun = sourceNoun(dataset);
  const path = await pickPath({
    kind: noun === 'folder' ? 'folder' : 'file',
    title: `Where the ${noun} of “${dataset.name}” is now`,
    filters: IMPORT_FILES,
  });
  if (path !== null) await lookForChanges(dataset, path);
}
