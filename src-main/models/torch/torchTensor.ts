import { UserError } from '../../base/errors.ts';
import { elements } from '../../graph/shape.ts';
import { ELEMENT_TYPES, type ElementType } from '../elementTypes.ts';
import type { Tensor } from '../tensors.ts';
import type { TensorReference } from './pickleValue.ts';

const STORAGE_TYPES: Readonly<Record<string, ElementType>> = {
  DoubleStorage: ELEMENT_TYPES.float64,
  FloatStorage: ELEMENT_TYPES.float32,
  HalfStorage: ELEMENT_TYPES.float16,
  BFloat16Storage: ELEMENT_TYPES.bfloat16,
  LongStorage: ELEMENT_TYPES.int64,
};

/**
 * Copies a tensor out of its storage, row-major.
 * @param name for errors
 * @throws UserError when the storage is missing or has another size, or the tensor reaches beyond it.
 */
export function readTensor(
  name: string,
  { storage, offset, shape, strides }: TensorReference,
  storages: ReadonlyMap<string, Uint8Array>,
): Tensor {
  const type = STORAGE_TYPES[storage.type];
  if (type === undefined)
    throw new UserError(`its tensor ${name} is a ${storage.type}, and Tessera reads floating-point numbers`);
  const bytes = storages.get(storage.key);
  const count = elements(shape);
  const last = shape.reduce((sum, side, axis) => sum + (side - 1) * (strides[axis] ?? 0), offset);
  if (bytes?.length !== storage.elements * type.bytes || (count > 0 && last >= storage.elements))
    throw new UserError(`its tensor ${name} is damaged: its numbers are not all there`);
  if (count === 0) return { shape, data: new Float32Array(0) };
  // Not `subarray`: an element may lie at any byte, where a typed array cannot begin.
  const span = type.read(bytes.slice(offset * type.bytes, (last + 1) * type.bytes).buffer);
  return { shape, data: isRowMajor(shape, strides) ? span : gathered(span, shape, strides) };
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  return shape.toReversed().every((side, i) => {
    const fits = side === 1 || strides[shape.length - 1 - i] === expected;
    expected *= side;
    return fits;
  });
}

/** E.g. a transposed matrix, or a convolution in PyTorch's channels_last. */
function gathered(span: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const result = new Float32Array(elements(shape));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = span[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [at, side, stride] = [index[axis] ?? 0, shape[axis] ?? 0, strides[axis] ?? 0];
      if (at + 1 < side) {
        index[axis] = at + 1;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= at * stride;
    }
  }
  return result;
}
