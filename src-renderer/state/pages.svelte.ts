const PAGE = 200;

/** How a page of a long list is asked for. */
export type FetchPage<T> = (offset: number, limit: number) => Promise<{ total: number; items: readonly T[] }>;

/** A long list of which only the pages that were looked at are here. */
export class Pages<T> {
  /** null until the first page arrived. */
  total = $state<number | null>(null);
  error = $state.raw<unknown>(null);
  #items = $state.raw<readonly (T | undefined)[]>([]);
  readonly #asked: boolean[] = [];
  readonly #fetch: FetchPage<T>;

  constructor(fetch: FetchPage<T>) {
    this.#fetch = fetch;
  }

  /** The item, or undefined while its page is on its way. */
  at(index: number): T | undefined {
    return this.#items[index];
  }

  /** Asks for the pages between two indices, the end excluded, where they are not here yet. */
  need(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE); page * PAGE < Math.max(to, 1); page++) void this.#ask(page);
  }

  async #ask(page: number): Promise<void> {
    if (this.#asked[page]) return;
    this.#asked[page] = true;
    try {
      const { total, items } = await this.#fetch(page * PAGE, PAGE);
      const all = this.#items.slice();
      items.forEach((item, index) => (all[page * PAGE + index] = item));
      this.#items = all;
      this.total = total;
      this.error = null;
    } catch (error) {
      this.#asked[page] = false;
      this.error = error;
    }
  }
}
