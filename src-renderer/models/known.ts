import { store } from '../state/store.svelte.ts';
import type { Known } from './lineage.ts';

/** What the window's store knows. */
export const known: Known = {
  model: (id) => store.models.get(id),
  run: (id) => store.runs.get(id),
  pretraining: (id) => store.pretrainings.get(id),
  dataset: (id) => store.datasets.get(id),
};
