import { isUnderWay } from '../../src-main/contract/underWay.ts';
import type { DownloadOffer } from '../../src-main/contract/values/download.ts';
import type { Dataset } from '../../src-main/contract/values/dataset.ts';
import type { Job } from '../../src-main/contract/values/job.ts';
import { client } from '../api/client.ts';
import { Resource } from '../state/resource.svelte.ts';
import { store } from '../state/store.svelte.ts';

/** What the dialog of the public datasets holds. */
export class Downloads {
  readonly offers = new Resource<DownloadOffer[]>();
  /** Changes when a download begins or ends: then what is here has changed. */
  readonly tide: string = $derived(
    store.jobs.list
      .filter(({ kind }) => kind === 'download')
      .map(({ id, status }) => `${id} ${status}`)
      .join(),
  );

  async load(): Promise<void> {
    await this.offers.load(() => client('downloads.catalogue', {}));
  }
}

/** The job that downloads it. */
export function jobOf({ jobId }: DownloadOffer): Job | undefined {
  const job = store.jobs.get(jobId);
  return isUnderWay(job) ? job : undefined;
}

/** The dataset that came of it. */
export function datasetOf({ entry }: DownloadOffer): Dataset | undefined {
  return store.datasets.list.find(({ name, status }) => name === entry.title && status !== 'failed');
}
