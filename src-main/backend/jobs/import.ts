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

/** Windows see a growing dataset at most this often; counting its patches takes a moment. */
const PUBLISH_INTERVAL = 500;

export function importBehaviour(workplace: Workplace): JobBehaviour<'import'> {
  const { store, files } = workplace;
  let published = 0;
  return {
    spec(job) {
      const id = subject(job.datasetId);
      const { layout } = store.jobs.parameters(job.id, ImportParameters);
      const { source } = found(store.datasets.get(id), 'dataset', id);
      return { path: source, layout, extractTo: files.dataset(id) };
    },
    event(job, event) {
      const id = subject(job.datasetId);
      if (event.type === 'layout') store.datasets.setLayout(id, event);
      else if (event.type === 'patches') store.patches.insertAll(id, event.patches);
      else store.brokenFiles.insertAll(id, event.files);
      if (event.type !== 'layout' && Date.now() - published < PUBLISH_INTERVAL) return;
      published = Date.now();
      publishDataset(workplace, id);
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
