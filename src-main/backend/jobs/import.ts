import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { DatasetLayout } from '../../contract/values/dataset.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { publishDataset } from '../announce.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

/** `layout` null: recognised from the folder. */
export const ImportParameters = z.object({ layout: DatasetLayout.nullable() });
export type ImportParameters = z.infer<typeof ImportParameters>;

/** Milliseconds: windows see a growing dataset at most this often, */
const PUBLISH_INTERVAL = 500;
/** and so that counting its patches, which takes longer the more there are, takes no more than this share of the time. */
const PUBLISH_SHARE = 0.1;

export function importBehaviour(workplace: Workplace): JobBehaviour<'import'> {
  const { store, files } = workplace;
  let nextPublished = 0;
  return {
    spec(job) {
      const id = subject(job.datasetId);
      const { layout } = store.jobs.parameters(job.id, ImportParameters);
      const { source, ...rest } = found(store.datasets.importSource(id), 'dataset', id);
      return { path: source, layout, extractTo: files.dataset(id), ...rest };
    },
    event(job, event) {
      const id = subject(job.datasetId);
      if (event.type === 'layout') store.datasets.setLayout(id, event);
      else if (event.type === 'patches') store.patches.insertAll(id, event.patches);
      else if (event.type === 'images') store.images.insertAll(id, event.images);
      else store.brokenFiles.insertAll(id, event.files);
      const now = performance.now();
      if (event.type !== 'layout' && now < nextPublished) return;
      publishDataset(workplace, id);
      const took = performance.now() - now;
      nextPublished = now + Math.max(PUBLISH_INTERVAL, took / PUBLISH_SHARE);
    },
    finish(job, { patches }) {
      const { source } = found(store.datasets.get(subject(job.datasetId)), 'dataset', subject(job.datasetId));
      if (patches === 0)
        throw new UserError(
          `No readable image was found in ${source}. Choose a folder with one folder per class.`,
        );
    },
  };
}
