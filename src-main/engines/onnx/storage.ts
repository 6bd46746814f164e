import type { Graph } from '../../graph/graph.ts';
import type { Tensor } from '../../models/tensors.ts';
import { convForm } from './convForm.ts';
import type { DeviceKind } from './device.ts';

/**
 * How a parameter lies in the engine while it trains: as PyTorch has it, or, for a convolution weight
 * [out, in, kernel, kernel], as the matrix [kernel² · in, out]. `state()` and `restore()` convert, so that nobody
 * outside the engine sees the difference.
 */
export type Storage = 'plain' | 'convMatrix';

/** The storage of every parameter of a graph, by name. */
export function storages(graph: Graph, batch: number, device: DeviceKind): ReadonlyMap<string, Storage> {
  const matrices = new Set(
    graph.nodes
      .filter((node) => node.op === 'conv2d' && convForm(node, batch, device) === 'gemm')
      .map((node) => `${node.name}.weight`),
  );
  return new Map(graph.parameters.map(({ name }) => [name, matrices.has(name) ? 'convMatrix' : 'plain']));
}

/** Shape of a parameter of the given PyTorch shape in the engine. */
export function storedShape(shape: readonly number[], storage: Storage): readonly number[] {
  if (storage === 'plain') return shape;
  const [out = 1, ...rest] = shape;
  return [rest.reduce((product, axis) => product * axis, 1), out];
}

/** PyTorch's layout → the engine's; where both are the same, the tensor's own values. */
export function toStored(tensor: Tensor, storage: Storage): Float32Array {
  if (storage === 'plain') return tensor.data;
  const [out, channels, taps] = convAxes(tensor.shape);
  const stored = new Float32Array(tensor.data.length);
  for (let o = 0; o < out; o++)
    for (let c = 0; c < channels; c++)
      for (let t = 0; t < taps; t++)
        stored[(t * channels + c) * out + o] = tensor.data[(o * channels + c) * taps + t] ?? 0;
  return stored;
}

/** The engine's layout → PyTorch's; always a copy. */
export function fromStored(data: Float32Array, shape: readonly number[], storage: Storage): Tensor {
  if (storage === 'plain') return { shape, data: data.slice() };
  const [out, channels, taps] = convAxes(shape);
  const plain = new Float32Array(data.length);
  for (let o = 0; o < out; o++)
    for (let c = 0; c < channels; c++)
      for (let t = 0; t < taps; t++)
        plain[(o * channels + c) * taps + t] = data[(t * channels + c) * out + o] ?? 0;
  return { shape, data: plain };
}

function convAxes(shape: readonly number[]): [out: number, channels: number, taps: number] {
  const [out = 1, channels = 1, height = 1, width = 1] = shape;
  return [out, channels, height * width];
}
