import { PickleReader } from './pickleReader.ts';
import { ofKind, type PickleValue } from './pickleValue.ts';

/** What the names in a pickle mean. Each function throws a UserError for what it does not know. */
export interface PickleHost {
  /** Is "module.name" one that may occur? */
  allow(name: string): void;
  /** What calling it would give. */
  call(name: string, args: readonly PickleValue[]): PickleValue;
  /** The object of this id, which lies outside of the pickle. */
  load(id: PickleValue): PickleValue;
}

/** The stack machine that a pickle is a program for. Nothing recurses, and each instruction adds one value at most. */
export class PickleMachine {
  readonly reader: PickleReader;
  readonly memo = new Map<number, PickleValue>();
  readonly #host: PickleHost;
  /** Values above the last mark. */
  #stack: PickleValue[] = [];
  /** The stacks below each mark. */
  readonly #below: PickleValue[][] = [];

  constructor(bytes: Uint8Array, host: PickleHost) {
    this.reader = new PickleReader(bytes);
    this.#host = host;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.top();
    this.#stack.pop();
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.reader.damage('nothing on the stack');
    return value;
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  popToMark(): PickleValue[] {
    const [above, below] = [this.#stack, this.#below.pop()];
    if (below === undefined) throw this.reader.damage('no mark');
    this.#stack = below;
    return above;
  }

  /** The last `count` values as a tuple. */
  tuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop()).reverse();
    this.push({ kind: 'tuple', items });
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.reader.damage(`no memo ${index}`);
    this.push(value);
  }

  append(items: readonly PickleValue[]): void {
    const list = ofKind(this.top(), 'list');
    if (list === null) throw this.reader.damage('appends to what is no list');
    for (const item of items) list.items.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw this.reader.damage('no items of a dict');
    for (let i = 0; i < items.length; i += 2) dict.set(items[i] ?? null, items[i + 1] ?? null);
  }

  global(): void {
    const name = `${this.reader.line()}.${this.reader.line()}`;
    this.#host.allow(name);
    this.push({ kind: 'global', name });
  }

  call(): void {
    const [args, callee] = [ofKind(this.pop(), 'tuple'), ofKind(this.pop(), 'global')];
    if (args === null || callee === null) throw this.reader.damage('calls what cannot be called');
    this.push(this.#host.call(callee.name, args.items));
  }

  load(): void {
    this.push(this.#host.load(this.pop()));
  }

  /** An OrderedDict's attributes (a state dict's `_metadata`: versions of modules) are dropped; nothing else has any. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) throw this.reader.damage('attributes of what is no dict');
  }
}
