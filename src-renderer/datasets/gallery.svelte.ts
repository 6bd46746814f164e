import type { Patch, SplitCounts } from '../../src-main/contract/values/dataset.ts';
import { client } from '../api/client.ts';
import { Pages } from '../state/pages.svelte.ts';

/** Which patches of a dataset are shown, and which of them is looked at. */
export class Gallery {
  readonly datasetId: number;
  classIndex = $state<number | null>(null);
  split = $state<keyof SplitCounts | 'all'>('all');
  duplicatesOnly = $state(false);
  #place = $state.raw<{ of: Pages<Patch>; index: number } | null>(null);

  readonly pages = $derived.by(() => {
    const { datasetId: id, classIndex, duplicatesOnly } = this;
    const split = this.split === 'all' ? null : this.split;
    return new Pages<Patch>(async (offset, limit) => {
      const page = { id, classIndex, split, duplicatesOnly, offset, limit };
      const { total, patches } = await client('datasets.patches', page);
      return { total, items: patches };
    });
  });
  readonly patch = $derived(this.pages.at(this.selected));

  constructor(datasetId: number) {
    this.datasetId = datasetId;
  }

  /** Another choice is another list: it begins at its first patch. */
  get selected(): number {
    return this.#place?.of === this.pages ? this.#place.index : 0;
  }

  set selected(index: number) {
    this.#place = { of: this.pages, index };
  }
}
