import { UserError } from '../../base/errors.ts';
import type { PickleHost } from './pickleMachine.ts';
import { ofKind, type PickleValue } from './pickleValue.ts';

/** Every typed storage of PyTorch; torchTensor.ts says which of them can be read. */
const STORAGE =
  /^torch\.((?:BFloat16|Bool|Byte|Char|ComplexDouble|ComplexFloat|Double|Float|Half|Int|Long|Short)Storage)$/;

/** A convolution's weights have four. */
const MAX_AXES = 8;

type Rebuild = (args: readonly PickleValue[]) => PickleValue;

/** The only functions that a file of tensors calls. */
const FUNCTIONS: ReadonlyMap<string, Rebuild> = new Map([
  ['collections.OrderedDict', orderedDict],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
]);

/** What torch.save writes for tensors, parameters and dicts of them; any other class or function is refused by its name. */
export const torchObjects: PickleHost = {
  allow(name) {
    if (!FUNCTIONS.has(name) && !STORAGE.test(name))
      throw new UserError(
        `it holds more than tensors (${name}), and Tessera runs no code from a file; save only the weights, with torch.save(model.state_dict(), …)`,
      );
  },
  call(name, args) {
    const rebuild = FUNCTIONS.get(name);
    if (rebuild === undefined) throw damaged(`a call of ${name}`);
    return rebuild(args);
  },
  /** ('storage', class, key, device, number of elements) */
  load(id) {
    const [kind, type, key, , elements] = ofKind(id, 'tuple')?.items ?? [];
    const [, name] = STORAGE.exec(ofKind(type, 'global')?.name ?? '') ?? [];
    if (kind !== 'storage' || name === undefined || typeof key !== 'string' || !isSize(elements))
      throw damaged('a storage');
    return { kind: 'storage', type: name, key, elements };
  },
};

/** Its items follow as instructions. */
function orderedDict(args: readonly PickleValue[]): PickleValue {
  if (args.length > 0) throw damaged('an OrderedDict with arguments');
  return new Map();
}

/** (storage, offset, shape, strides, requires_grad, hooks) */
function rebuildTensor([source, offset, size, stride]: readonly PickleValue[]): PickleValue {
  const storage = ofKind(source, 'storage');
  const [shape, strides] = [ofKind(size, 'tuple')?.items, ofKind(stride, 'tuple')?.items];
  if (storage === null || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) throw damaged('a tensor');
  if (shape.length !== strides.length) throw damaged('a tensor with other axes than strides');
  return { kind: 'tensor', storage, offset, shape, strides };
}

/** (tensor, requires_grad, hooks) */
function rebuildParameter([data]: readonly PickleValue[]): PickleValue {
  const tensor = ofKind(data, 'tensor');
  if (tensor === null) throw damaged('a parameter that is no tensor');
  return tensor;
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(values: readonly PickleValue[] | undefined): values is readonly number[] {
  return values !== undefined && values.length <= MAX_AXES && values.every(isSize);
}

function damaged(what: string): UserError {
  return new UserError(
    'its table of tensors is damaged',
    `data.pkl holds ${what} in a form that torch.save does not write`,
  );
}
