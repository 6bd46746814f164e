import { UserError } from '../../base/errors.ts';
import { elements } from '../../graph/shape.ts';
import { listed } from '../listed.ts';
import type { Tensors } from '../tensors.ts';
import { ofKind, type PickleDict, type PickleValue, type TensorReference } from './pickleValue.ts';
import { openTorchArchive } from './torchArchive.ts';
import { torchObjects } from './torchObjects.ts';
import { readTensor } from './torchTensor.ts';
import { unpickle } from './unpickle.ts';

/** Where trainers put the state dict among the epoch, the optimizer and so on. */
const NESTED = ['state_dict', 'model_state_dict', 'model'] as const;

/** Tensors may share their numbers; together they may take so many times the file's bytes. */
const MAX_GROWTH = 16;

/**
 * Reads the tensors of a .pth or .pt file as torch.save has written since PyTorch 1.6 (a zip), without running its pickle. The state
 * dict is the file itself, or in it under "state_dict", "model_state_dict" or "model", or the only one there is.
 * @throws UserError saying what is wrong with the file; the caller names it.
 */
export async function decodeTorchFile(bytes: Uint8Array): Promise<Tensors> {
  const { pickle, storages } = await openTorchArchive(bytes);
  const references = tensorsIn(stateDict(unpickle(pickle, torchObjects)));
  const floats = references.reduce((sum, [, { shape }]) => sum + elements(shape), 0);
  if (floats * Float32Array.BYTES_PER_ELEMENT > MAX_GROWTH * bytes.length)
    throw new UserError('its tensors claim far more numbers than the file has');
  return new Map(references.map(([name, reference]) => [name, readTensor(name, reference, storages)]));
}

function stateDict(root: PickleValue): PickleDict {
  if (!(root instanceof Map)) throw new UserError('it holds no table of named tensors');
  const holdsTensors = (value: PickleValue | undefined): value is PickleDict =>
    value instanceof Map && tensorsIn(value).length > 0;
  const named = [...NESTED.map((key) => root.get(key)), root].find(holdsTensors);
  if (named) return named;
  const [only, ...others] = [...root].filter(([, value]) => holdsTensors(value));
  if (only && others.length === 0) return only[1] as PickleDict;
  const names = (keys: Iterable<PickleValue>) => listed([...keys].map(String), ', ') || 'nothing';
  throw new UserError(
    only
      ? `it holds several state dicts (${names([only, ...others].map(([key]) => key))}); save the one to begin from alone, with torch.save`
      : `it holds no state dict, but only: ${names(root.keys())}`,
  );
}

function tensorsIn(dict: PickleDict): [string, TensorReference][] {
  return [...dict].flatMap(([name, value]): [string, TensorReference][] => {
    const tensor = ofKind(value, 'tensor');
    return typeof name === 'string' && tensor !== null ? [[name, tensor]] : [];
  });
}
