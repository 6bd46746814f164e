import ort from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { elements } from '../../graph/shape.ts';
import { deviceTraits, type DeviceKind } from './device.ts';
import { OnnxGraph } from './onnxGraph.ts';
import { openSession } from './session.ts';
import { stateOutput, type StateTensor } from './stateTensor.ts';
import { storedShape } from './storage.ts';

export type TensorMap = Readonly<Record<string, Tensor>>;

/** The tensors that go from step to step, wherever the device keeps them, in the engine's storage. */
export interface StateBuffers {
  /** The present values, by the names under which a model reads them. */
  feeds(tensors: readonly StateTensor[]): TensorMap;
  /** What a session is to write the new values into; null: into tensors of its own. */
  fetches(tensors: readonly StateTensor[]): Readonly<Record<string, Tensor | null>>;
  /** Makes the new values, which a model has just computed, the present ones. */
  advance(tensors: readonly StateTensor[], results: TensorMap): void;
  /** The present values of the state without the sums; valid until the next step. */
  read(): Promise<ReadonlyMap<string, Float32Array>>;
  /** Takes a copy. */
  write(name: string, values: Float32Array): void;
  dispose(): Promise<void>;
}

/** @param sums tensors that are added to within a step; what they hold between steps does not matter */
export function createStateBuffers(
  device: DeviceKind,
  state: readonly StateTensor[],
  sums: readonly StateTensor[],
): StateBuffers {
  return deviceTraits[device].keepsState ? deviceBuffers(device, state) : pairedBuffers(state, sums);
}

/**
 * On the CPU two sets take turns: a step reads one and writes the other, and nothing is copied or allocated. Frozen tensors and sums are
 * in both sets: the one is never written, and an addition may write where it reads.
 */
function pairedBuffers(state: readonly StateTensor[], sums: readonly StateTensor[]): StateBuffers {
  let present = zeros([...state, ...sums]);
  let next = { ...present, ...zeros(state.filter(({ role }) => role !== 'frozen')) };
  return {
    feeds: (tensors) => named(tensors, ({ name }) => [name, tensorOf(present, name)]),
    fetches: (tensors) => named(tensors, ({ name }) => [stateOutput(name), tensorOf(next, name)]),
    advance: (tensors) => {
      for (const { name } of tensors)
        [present[name], next[name]] = [tensorOf(next, name), tensorOf(present, name)];
    },
    read: async () => new Map(state.map(({ name }) => [name, floatsOf(tensorOf(present, name))])),
    write: (name, data) => floatsOf(tensorOf(present, name)).set(data),
    dispose: async () => {
      present = {};
      next = {};
    },
  };
}

/** On a GPU a step's outputs are the next step's inputs; what they replace is released. */
function deviceBuffers(device: DeviceKind, state: readonly StateTensor[]): StateBuffers {
  const present = zeros(state);
  let download: InferenceSession | null = null;
  const replace = (name: string, tensor: Tensor) => {
    const old = present[name];
    present[name] = tensor;
    if (old !== undefined) release(old);
  };
  const feeds = (tensors: readonly StateTensor[]) =>
    named(tensors, ({ name }) => [name, tensorOf(present, name)]);
  return {
    feeds,
    fetches: (tensors) => named(tensors, ({ name }) => [stateOutput(name), null]),
    advance: (tensors, results) => {
      for (const { name } of tensors) replace(name, tensorOf(results, stateOutput(name)));
    },
    read: async () => {
      download ??= await openSession(downloadModel(state), { device });
      const results = (await download.run(feeds(state))) as TensorMap;
      return new Map(state.map(({ name }) => [name, floatsOf(tensorOf(results, stateOutput(name)))]));
    },
    write: (name, data) =>
      replace(name, new ort.Tensor('float32', data.slice(), tensorOf(present, name).dims)),
    dispose: async () => {
      Object.values(present).forEach(release);
      await download?.release();
    },
  };
}

/** What lies in JavaScript's memory is left to it. */
function release(tensor: Tensor): void {
  if (tensor.location !== 'cpu') tensor.dispose();
}

/** Passes the state through: `Tensor.getData` of a GPU tensor ends the process in onnxruntime-node 1.30. */
function downloadModel(state: readonly StateTensor[]): Uint8Array {
  const onnx = new OnnxGraph();
  for (const { name, shape, storage } of state) {
    const stored = storedShape(shape, storage);
    const copy = onnx.node('Identity', [onnx.input(name, 'float32', stored)]);
    onnx.output(stateOutput(name), copy, 'float32', stored);
  }
  return onnx.model('download');
}

function zeros(tensors: readonly StateTensor[]): Record<string, Tensor> {
  return named(tensors, ({ name, shape, storage }) => [
    name,
    new ort.Tensor('float32', new Float32Array(elements(shape)), storedShape(shape, storage)),
  ]);
}

function named<Value>(
  tensors: readonly StateTensor[],
  entry: (tensor: StateTensor) => [string, Value],
): Record<string, Value> {
  return Object.fromEntries(tensors.map(entry));
}

function tensorOf(map: TensorMap, name: string): Tensor {
  const tensor = map[name];
  if (tensor === undefined) throw new Error(`there is no tensor ${name}`);
  return tensor;
}

function floatsOf({ data }: Tensor): Float32Array {
  return data as Float32Array;
}
