/** Rows of one kind in the order in which the backend listed them. Rows are replaced, never changed. */
export class Collection<T extends { readonly id: number }> {
  list = $state.raw<readonly T[]>([]);
  /** False until the first list arrived: only then does an empty list mean "none". */
  loaded = $state(false);
  readonly newest: readonly T[] = $derived(this.list.toSorted((a, b) => b.id - a.id));

  /** Takes ids as they stand in addresses, too. */
  get(id: number | string | null | undefined): T | undefined {
    return this.list.find((row) => row.id === Number(id ?? 0));
  }

  replaceAll(rows: readonly T[]): void {
    this.list = rows;
    this.loaded = true;
  }

  put(row: T): void {
    const at = this.list.findIndex((one) => one.id === row.id);
    this.list = at < 0 ? [...this.list, row] : this.list.with(at, row);
  }

  /** Shows a row that a request answered at once; where an event told of it already, the event knows better. */
  add(row: T): void {
    if (!this.get(row.id)) this.put(row);
  }

  remove(id: number): void {
    this.list = this.list.filter((row) => row.id !== id);
  }

  clear(): void {
    this.list = [];
    this.loaded = false;
  }
}
