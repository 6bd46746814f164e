/** What a state dict's pickle can hold. A dict of Python is a Map. */
export type PickleValue = null | boolean | number | bigint | string | PickleDict | PickleObject;

export type PickleDict = Map<PickleValue, PickleValue>;

type PickleObject =
  | { readonly kind: 'list'; readonly items: PickleValue[] }
  | { readonly kind: 'tuple'; readonly items: readonly PickleValue[] }
  /** A class or function, e.g. "torch.FloatStorage". */
  | { readonly kind: 'global'; readonly name: string }
  | StorageReference
  | TensorReference;

/** A block of numbers, which lies in the archive as `data/<key>`. */
export interface StorageReference {
  readonly kind: 'storage';
  /** PyTorch's name of the class, e.g. "FloatStorage". */
  readonly type: string;
  readonly key: string;
  readonly elements: number;
}

/** A view into a storage: element (i, j, …) lies at offset + i · strides[0] + j · strides[1] + …; all in elements. */
export interface TensorReference {
  readonly kind: 'tensor';
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** `value` as an object of that kind; null: it is none. */
export function ofKind<K extends PickleObject['kind']>(
  value: PickleValue | undefined,
  kind: K,
): Extract<PickleObject, { kind: K }> | null {
  if (typeof value !== 'object' || value === null || value instanceof Map || value.kind !== kind) return null;
  return value as Extract<PickleObject, { kind: K }>;
}
