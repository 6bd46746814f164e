import path from 'node:path';
import type { DownloadEntry } from '../../contract/values/download.ts';
import type { NewJob } from '../../store/tables/jobs.ts';
import { publishDataset } from '../announce.ts';
import { importDataset } from '../datasets/datasets.ts';
import type { Workplace } from '../session.ts';

/**
 * Stores the dataset of what was downloaded, and the job that imports it.
 * @throws UserError when there is a dataset of its name by now
 */
export async function queueImport(workplace: Workplace, entry: DownloadEntry, folder: string): Promise<void> {
  const { store, publish } = workplace;
  // The download's job is still under way; when it is done the queue looks for what waits, and finds this.
  const enqueue = (newJob: NewJob) => {
    const job = store.jobs.insert(newJob);
    publish({ type: 'job', job });
    return job;
  };
  const input = {
    path: path.join(folder, entry.opens ?? ''),
    name: entry.title,
    layout: null,
    mpp: null,
    annotations: null,
    cutting: null,
  };
  const { dataset } = await importDataset({ ...workplace, queue: { enqueue } }, input);
  publishDataset(workplace, dataset.id);
}
