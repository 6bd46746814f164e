import { hasBackground } from '../../contract/background.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { HealthSpec } from '../../contract/worker.ts';
import type { JobBehaviour } from '../../jobs/behaviour.ts';
import { cutFrom } from '../../store/tables/patches.ts';
import { getDataset } from '../datasets/datasets.ts';
import type { Workplace } from '../session.ts';
import { subject } from './subject.ts';

export function healthBehaviour(workplace: Workplace): JobBehaviour<'health'> {
  const { store } = workplace;
  return {
    spec(job) {
      const id = subject(job.datasetId);
      const dataset = getDataset(workplace, id);
      return {
        kind: dataset.content,
        broken: dataset.broken,
        root: dataset.root,
        classes: shown(dataset),
        items: dataset.content === 'patches' ? patchesOf(workplace, id) : imagesOf(workplace, id),
      };
    },
    event() {},
    finish: (job, health) => {
      const { id, revision } = getDataset(workplace, subject(job.datasetId)); // no refresh while it is checked
      store.datasetHealth.put(id, health, revision);
    },
  };
}

function shown({ content, classes }: Dataset): Dataset['classes'] {
  const background = content === 'images' && hasBackground(classes.map(({ name }) => name));
  return background ? classes.slice(1) : classes;
}

function patchesOf({ store }: Workplace, id: number): HealthSpec['items'] {
  return store.patches.imported(id).map(({ classIndex, slide, place, ...patch }) => ({
    ...patch,
    classes: [classIndex],
    ...cutFrom({ slide, place }),
  }));
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
