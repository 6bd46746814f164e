import ort from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { deviceTraits, type DeviceKind } from './device.ts';
import { OnnxGraph } from './onnxGraph.ts';
import { openSession } from './session.ts';
import { storedShape } from './storage.ts';
import { stateOutput, type StateTensor } from './trainingStep.ts';

type TensorMap = Record<string, Tensor>;

/** The tensors that go from step to step, wherever the device keeps them, in the engine's storage. */
export interface StateBuffers {
  /** The present state, to be fed by its names. */
  readonly present: Readonly<TensorMap>;
  /** What the session is to write the next state into; null: into tensors of its own. */
  fetches(): InferenceSession.NullableOnnxValueMapType;
  /** Makes what a step has just computed the present state. */
  advance(results: InferenceSession.ReturnType): void;
  /** The values of every tensor; valid until the next step. */
  read(): Promise<ReadonlyMap<string, Float32Array>>;
  write(name: string, values: Float32Array): void;
  dispose(): Promise<void>;
}

export function createStateBuffers(device: DeviceKind, tensors: readonly StateTensor[]): StateBuffers {
  return deviceTraits[device].keepsState ? deviceBuffers(tensors) : pairedBuffers(tensors);
}

const isMoving = ({ role }: StateTensor): boolean => role !== 'frozen';

/** On the CPU two sets take turns: each step reads one and writes the other, and nothing is copied or allocated. */
function pairedBuffers(tensors: readonly StateTensor[]): StateBuffers {
  const moving = tensors.filter(isMoving);
  let present = zeros(tensors);
  let next = { ...present, ...zeros(moving) };
  return {
    get present() {
      return present;
    },
    fetches: () => Object.fromEntries(moving.map(({ name }) => [stateOutput(name), next[name] ?? null])),
    advance: () => ([present, next] = [next, present]),
    read: async () => values(present),
    write: (name, data) => (tensorOf(present, name).data as Float32Array).set(data),
    dispose: async () => {
      present = {};
      next = {};
    },
  };
}

/** On a GPU a step's outputs are the next step's inputs; what they replace is released. */
function deviceBuffers(tensors: readonly StateTensor[]): StateBuffers {
  const moving = tensors.filter(isMoving);
  const present = zeros(tensors);
  let download: InferenceSession | null = null;
  const replace = (name: string, tensor: Tensor) => {
    const old = tensorOf(present, name);
    present[name] = tensor;
    if (old.location !== 'cpu') old.dispose();
  };
  return {
    present,
    fetches: () => Object.fromEntries(moving.map(({ name }) => [stateOutput(name), null])),
    advance: (results) => {
      for (const { name } of moving) replace(name, tensorOf(results as TensorMap, stateOutput(name)));
    },
    read: async () => {
      download ??= await openSession(downloadModel(tensors), { device: 'webgpu' });
      const results = (await download.run(present)) as TensorMap;
      return values(
        Object.fromEntries(tensors.map(({ name }) => [name, tensorOf(results, stateOutput(name))])),
      );
    },
    write: (name, data) => replace(name, new ort.Tensor('float32', data, tensorOf(present, name).dims)),
    dispose: async () => {
      for (const tensor of Object.values(present)) if (tensor.location !== 'cpu') tensor.dispose();
      await download?.release();
    },
  };
}

/** Passes the state through: `Tensor.getData` of a GPU tensor ends the process in onnxruntime-node 1.30. */
function downloadModel(tensors: readonly StateTensor[]): Uint8Array {
  const onnx = new OnnxGraph();
  for (const { name, shape, storage } of tensors) {
    const stored = storedShape(shape, storage);
    const copy = onnx.node('Identity', [onnx.input(name, 'float32', stored)]);
    onnx.output(stateOutput(name), copy, 'float32', stored);
  }
  return onnx.model('download');
}

function values(tensors: Readonly<TensorMap>): ReadonlyMap<string, Float32Array> {
  return new Map(Object.entries(tensors).map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

function zeros(tensors: readonly StateTensor[]): TensorMap {
  return Object.fromEntries(
    tensors.map(({ name, shape, storage }) => {
      const length = shape.reduce((product, axis) => product * axis, 1);
      return [name, new ort.Tensor('float32', new Float32Array(length), [...storedShape(shape, storage)])];
    }),
  );
}

function tensorOf(map: Readonly<TensorMap>, name: string): Tensor {
  const tensor = map[name];
  if (tensor === undefined) throw new Error(`there is no tensor ${name}`);
  return tensor;
}
