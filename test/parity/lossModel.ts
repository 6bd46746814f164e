import ort from 'onnxruntime-node';
import type { Graph } from '../../src-main/graph/graph.ts';
import { GraphBuilder } from '../../src-main/graph/graphBuilder.ts';
import type { Loss } from '../../src-main/graph/losses/loss.ts';
import { targetFormat } from '../../src-main/graph/losses/targets.ts';
import { relu } from '../../src-main/graph/ops/relu.ts';
import type { DeviceKind } from '../../src-main/engines/onnx/device.ts';
import { Emission } from '../../src-main/engines/onnx/emission.ts';
import { emitLoss } from '../../src-main/engines/onnx/losses/registry.ts';
import { OnnxGraph } from '../../src-main/engines/onnx/onnxGraph.ts';
import { openSession } from '../../src-main/engines/onnx/session.ts';

/** A loss alone, without a network before it: its value, and its gradient with respect to the logits [N, …]. */
export async function lossAndGradient(
  loss: Loss,
  shape: readonly number[],
  logits: Float32Array,
  targets: ArrayLike<number>,
  device: DeviceKind = 'cpu',
): Promise<{ loss: number; gradient: Float32Array }> {
  const [batch = 1, ...sample] = shape;
  const graph = graphWithOutput(sample, loss);
  const onnx = new OnnxGraph();
  const emission = new Emission({ graph, onnx, batch, device, training: true });
  const format = targetFormat(graph);
  const dims = [batch, ...format.shape];
  const inputs = [onnx.input('logits', 'float32', shape), onnx.input('targets', format.type, dims)] as const;
  const emitted = emitLoss(emission, loss, ...inputs);
  onnx.output('loss', emitted.loss, 'float32', []);
  onnx.output('gradient', emitted.gradient, 'float32', shape);
  const session = await openSession(onnx.model('loss'), { device });
  const values = format.type === 'int32' ? Int32Array.from(targets) : Float32Array.from(targets);
  const results = await session.run({
    logits: new ort.Tensor('float32', logits, shape),
    targets: new ort.Tensor(format.type, values, dims),
  });
  await session.release();
  return { loss: Number(results['loss']?.data[0]), gradient: results['gradient']?.data as Float32Array };
}

/** The IR has no network without a node; what this one computes is never emitted. */
function graphWithOutput(shape: readonly number[], loss: Loss): Graph {
  const builder = new GraphBuilder(shape);
  return builder.finish(relu(builder, 'logits', builder.input), loss);
}
