interface Entry {
  readonly tile: Promise<Uint8Array>;
  readonly bytes: number;
}

/**
 * The least recently used of decoded tiles give way once more than `maxBytes` are held. Keeps promises, so that two who
 * ask for the same tile at the same time decode it once; a failed one is forgotten.
 */
export class TileCache {
  readonly #maxBytes: number;
  /** A Map keeps the order of insertion: the oldest come first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param bytes size of the tile once decoded */
  get(key: string, bytes: number, decode: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const entry = this.#entries.get(key) ?? { tile: decode(), bytes };
    const isNew = !this.#entries.has(key);
    this.#keepAsNewest(key, entry);
    if (isNew)
      entry.tile.then(
        // A tile made from many others is the oldest of them by the time that it is done.
        () => this.#keepAsNewest(key, entry),
        () => this.#drop(key),
      );
    return entry.tile;
  }

  #keepAsNewest(key: string, entry: Entry): void {
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
