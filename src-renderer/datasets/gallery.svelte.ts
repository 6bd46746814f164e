import type { SplitCounts } from '../../src-main/contract/values/dataset.ts';
import { Pages } from '../state/pages.svelte.ts';

/** Which items are shown: null means all. */
export interface GalleryFilter {
  readonly classIndex: number | null;
  readonly split: keyof SplitCounts | null;
  readonly duplicatesOnly: boolean;
}

type Fetch<T> = (
  page: GalleryFilter & { readonly offset: number; readonly limit: number },
) => Promise<{ total: number; items: readonly T[] }>;

/** Which patches or images of a dataset are shown, and which of them is looked at. */
export class Gallery<T> {
  readonly #fetch: Fetch<T>;
  classIndex = $state<number | null>(null);
  split = $state<keyof SplitCounts | 'all'>('all');
  duplicatesOnly = $state(false);
  #place = $state.raw<{ of: Pages<T>; index: number } | null>(null);

  readonly pages = $derived.by(() => {
    const { classIndex, duplicatesOnly } = this;
    const split = this.split === 'all' ? null : this.split;
    return new Pages<T>((offset, limit) => this.#fetch({ classIndex, split, duplicatesOnly, offset, limit }));
  });
  readonly item = $derived(this.pages.at(this.selected));

  constructor(fetch: Fetch<T>) {
    this.#fetch = fetch;
  }

  /** Another choice is another list: it begins at its first item. */
  get selected(): number {
    return this.#place?.of === this.pages ? this.#place.index : 0;
  }

  set selected(index: number) {
    this.#place = { of: this.pages, index };
  }
}
