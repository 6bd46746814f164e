import { hasBackground } from '../../contract/background.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { HealthSpec } from '../../contract/worker.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { contentCounts } from '../datasets/health.ts';
import { found } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

export function healthBehaviour(workplace: Workplace): JobBehaviour<'health'> {
  const { store } = workplace;
  return {
    spec(job) {
      const id = subject(job.datasetId);
      const dataset = found(store.datasets.get(id), 'dataset', id);
      return {
        kind: dataset.content,
        content: contentCounts(dataset),
        root: dataset.root,
        classes: shown(dataset),
        items: dataset.content === 'patches' ? patchesOf(workplace, id) : imagesOf(workplace, id),
      };
    },
    event() {},
    finish: (job, health) => {
      store.datasetHealth.put(subject(job.datasetId), health);
    },
  };
}

function shown({ content, classes }: Dataset): Dataset['classes'] {
  const background = content === 'images' && hasBackground(classes.map(({ name }) => name));
  return background ? classes.slice(1) : classes;
}

function patchesOf({ store }: Workplace, id: number): HealthSpec['items'] {
  return store.patches.sized(id).map(({ classIndex, ...patch }) => ({ ...patch, classes: [classIndex] }));
}

function imagesOf({ store }: Workplace, id: number): HealthSpec['items'] {
  return store.images.of(id).map(({ id, path, labels, split, width, height, duplicateOf }) => ({
    id,
    path,
    classes: labels,
    split,
    width,
    height,
    duplicateOf,
  }));
}
