/** Something asked from the backend: its value, or the error, or neither yet. A late answer to an old question is dropped. */
export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  loading = $state(false);
  #generation = 0;

  /** Asks; the previous value stays until the answer is there. @returns that answer; null where it failed or came too late */
  async load(ask: () => Promise<T>): Promise<T | null> {
    const generation = ++this.#generation;
    this.loading = true;
    try {
      const value = await ask();
      if (generation !== this.#generation) return null;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (generation !== this.#generation) return null;
      this.error = error;
    }
    this.loading = false;
    return this.error === null ? this.value : null;
  }

  /** Forgets value, error and any pending question. */
  reset(): void {
    this.#generation++;
    this.value = null;
    this.error = null;
    this.loading = false;
  }
}
