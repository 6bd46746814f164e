/**
 * Decoded images by path, bounded by bytes; the least recently used go first. Their pixels lie in shared memory, so that threads
 * read them without a copy.
 */
export class PixelCache<Image extends { readonly byteLength: number } = SharedArrayBuffer> {
  readonly #capacity: number;
  /** A Map iterates in insertion order; reinserting on use makes that the order of last use. */
  readonly #entries = new Map<string, Image>();
  #bytes = 0;

  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes;
  }

  get(path: string): Image | null {
    const pixels = this.#entries.get(path);
    if (!pixels) return null;
    this.#entries.delete(path);
    this.#entries.set(path, pixels);
    return pixels;
  }

  set(path: string, pixels: Image): void {
    this.#remove(path);
    if (pixels.byteLength > this.#capacity) return;
    this.#entries.set(path, pixels);
    this.#bytes += pixels.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#capacity) break;
      this.#remove(oldest);
    }
  }

  #remove(path: string): void {
    this.#bytes -= this.#entries.get(path)?.byteLength ?? 0;
    this.#entries.delete(path);
  }
}
