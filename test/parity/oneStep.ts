import ort from 'onnxruntime-node';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { dropoutMask } from '../../src-main/graph/dropoutMask.ts';
import type { Graph } from '../../src-main/graph/graph.ts';
import { targetFormat } from '../../src-main/graph/losses/targets.ts';
import type { Tensor, Tensors } from '../../src-main/models/tensors.ts';
import type { Batch } from '../../src-main/engines/engine.ts';
import { maskInput } from '../../src-main/engines/onnx/emission.ts';
import { openSession } from '../../src-main/engines/onnx/session.ts';
import { fromStored, storedShape, toStored } from '../../src-main/engines/onnx/storage.ts';
import { trainingStep } from '../../src-main/engines/onnx/trainingStep.ts';

export interface OneStepOptions {
  readonly graph: Graph;
  readonly batchSize: number;
  /** The device that the graph is compiled for. Default: CPU. */
  readonly target?: 'cpu' | 'webgpu';
  /** The device that runs it. Default: CPU, which can also run what was compiled for WebGPU. */
  readonly device?: 'cpu' | 'webgpu';
}

/** Looks into one training step: loss, logits, every gradient and the moved running statistics, in PyTorch's layout. */
export async function openOneStep({ graph, batchSize, target = 'cpu', device = 'cpu' }: OneStepOptions) {
  const compiled = trainingStep({
    graph,
    optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0 },
    batchSize,
    device: target,
    gradientOutputs: true,
  });
  const session = await openSession(compiled.pass.model, { device });
  const format = targetFormat(graph);
  const roleOf = new Map(graph.parameters.map(({ name, role }) => [name, role]));

  async function run(parameters: Tensors, batch: Batch) {
    const feeds: Record<string, OrtTensor> = {
      images: new ort.Tensor('float32', batch.images, [batchSize, ...graph.input]),
      targets: new ort.Tensor(format.type, batch.targets, [batchSize, ...format.shape]),
      'learningRate.0': new ort.Tensor('float32', [0], []),
    };
    for (const node of compiled.dropouts)
      feeds[maskInput(node)] = new ort.Tensor('float32', dropoutMask(node, batchSize, 0, 0), [
        batchSize,
        ...node.shape,
      ]);
    for (const { name, shape, storage } of compiled.parameters)
      feeds[name] = new ort.Tensor('float32', toStored(parameters.get(name) as Tensor, storage), [
        ...storedShape(shape, storage),
      ]);
    const results = await session.run(feeds);
    const data = (name: string) => results[name]?.data as Float32Array;
    const read = (prefix: string): Tensors =>
      new Map(
        compiled.parameters.flatMap(({ name, shape, storage }): [string, Tensor][] =>
          results[prefix + name] ? [[name, fromStored(data(prefix + name), shape, storage)]] : [],
        ),
      );
    return {
      loss: Number(data('loss')[0]),
      logits: data('logits'),
      gradients: read('gradient.'),
      statistics: new Map([...read('new.')].filter(([name]) => roleOf.get(name) === 'statistic')),
    };
  }
  return { run, close: () => session.release() };
}

export async function oneStep(options: OneStepOptions, parameters: Tensors, batch: Batch) {
  const step = await openOneStep(options);
  const result = await step.run(parameters, batch);
  await step.close();
  return result;
}
