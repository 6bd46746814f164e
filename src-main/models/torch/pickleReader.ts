import { UserError } from '../../base/errors.ts';

/** Longer names of modules and classes are not PyTorch's. */
const LONGEST_LINE = 256;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a pickle's bytes from front to back; whatever lies beyond the end is an error, never an allocation. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** An error that says where the pickle went wrong. */
  damage(what: string): UserError {
    return new UserError(
      'its table of tensors is damaged, or torch.save did not write it',
      `data.pkl, before byte ${this.#at}: ${what}`,
    );
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** Python writes these big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A whole number of `length` bytes, little-endian, two's complement. */
  long(length: number): number | bigint {
    const start = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[start + i] ?? 0);
    const signed = BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  /** UTF-8. */
  text(length: number): string {
    const start = this.#take(length);
    try {
      return UTF8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw this.damage('text that is no UTF-8');
    }
  }

  /** Up to a line feed, which is dropped. */
  line(): string {
    const end = this.#bytes.subarray(0, this.#at + LONGEST_LINE).indexOf(0x0a, this.#at);
    if (end < 0) throw this.damage('a line without an end');
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw this.damage('it ends too early');
    this.#at += length;
    return start;
  }
}
