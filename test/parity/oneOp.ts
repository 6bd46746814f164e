import ort from 'onnxruntime-node';
import { GRAPH_INPUT } from '../../src-main/graph/graph.ts';
import type { Tensor, Tensors } from '../../src-main/models/tensors.ts';
import { Emission, maskInput } from '../../src-main/engines/onnx/emission.ts';
import { OnnxGraph } from '../../src-main/engines/onnx/onnxGraph.ts';
import { emit } from '../../src-main/engines/onnx/ops/registry.ts';
import { openSession } from '../../src-main/engines/onnx/session.ts';
import { fromStored, storages, storedShape, toStored } from '../../src-main/engines/onnx/storage.ts';
import { TESTED, type OpCase } from './opFixture.ts';

export interface OneOpOptions {
  /** The device that the operation is compiled for. */
  readonly target: 'cpu' | 'webgpu';
  /** The device that runs it; the CPU can also run what was compiled for WebGPU. */
  readonly device: 'cpu' | 'webgpu';
  /** Compiles for any batch size, as exported models are: forward only, with plain weights. */
  readonly exported?: boolean;
}

/** Computes an operation's output and, unless it is for evaluation, all gradients, by the names of `OpCase.expected`. */
export async function runOneOp(tested: OpCase, options: OneOpOptions): Promise<Tensors> {
  const { graph, batchSize, upstream } = tested;
  const { target, device, exported = false } = options;
  const onnx = new OnnxGraph();
  const training = tested.training && !exported;
  const emission = new Emission({
    graph,
    onnx,
    batch: exported ? 'N' : batchSize,
    device: target,
    training,
  });
  const feeds: Record<string, ort.Tensor> = {};
  const feed = (name: string, shape: readonly number[], data: Float32Array) => {
    onnx.input(name, 'float32', shape);
    feeds[name] = new ort.Tensor('float32', data, [...shape]);
  };
  const results = new Map<string, readonly number[]>();
  const output = (name: string, tensor: string, shape: readonly number[]) => {
    // `Identity`, since a gradient may be what another is too, or an input.
    onnx.output(name, onnx.node('Identity', [tensor]), 'float32', shape);
    results.set(name, shape);
  };

  const storageOf = exported ? new Map() : storages(graph, batchSize, target);
  const stored = (name: string) => storageOf.get(name) ?? 'plain';
  for (const [name, tensor] of tested.parameters)
    feed(name, storedShape(tensor.shape, stored(name)), toStored(tensor, stored(name)));
  feed(GRAPH_INPUT, [batchSize, ...graph.input], tested.images);
  emission.define(GRAPH_INPUT, GRAPH_INPUT, 'nchw');
  const backwards = graph.nodes.map((node) => emit(emission, node));
  output('y', emission.value(TESTED, 'nchw'), upstream.shape);

  if (training) {
    feed('upstream', upstream.shape, upstream.data);
    emission.addGradient(TESTED, 'upstream', 'nchw');
    backwards.at(-1)?.();
    for (const [i, shape] of tested.inputs.entries())
      output(`dx${i}`, emission.gradient(`x${i}`, 'nchw'), [batchSize, ...shape]);
    const own = (prefix: string, tensors: ReadonlyMap<string, string>) => {
      for (const [name, tensor] of tensors) {
        const { shape } = tested.parameters.get(name) as Tensor;
        output(name.replace(`${TESTED}.`, prefix), tensor, storedShape(shape, stored(name)));
      }
    };
    own('gradient.', emission.weightGradients);
    own('statistic.', emission.newStatistics);
    for (const node of emission.dropouts)
      feeds[maskInput(node)] = new ort.Tensor('float32', tested.mask?.data as Float32Array, [
        batchSize,
        ...node.shape,
      ]);
  }
  const session = await openSession(onnx.model(tested.name), { device });
  const outputs = await session.run(feeds);
  await session.release();
  return new Map(
    [...results].map(([name, shape]) => {
      const parameter = name.replace(/^(gradient|statistic)\./, `${TESTED}.`);
      const data = outputs[name]?.data as Float32Array;
      const storage = stored(parameter);
      const plain =
        storage === 'plain'
          ? { shape, data }
          : fromStored(data, (tested.parameters.get(parameter) as Tensor).shape, storage);
      return [name, plain];
    }),
  );
}
