import { UserError } from '../../base/errors.ts';
import { outputShape, GRAPH_INPUT, type Graph } from '../../graph/graph.ts';
import { foldBatchNorm } from '../../models/foldBatchNorm.ts';
import type { Tensors } from '../../models/tensors.ts';
import { Emission } from './emission.ts';
import { OnnxGraph } from './onnxGraph.ts';
import { emit } from './ops/registry.ts';
import { decodeModel } from './schema.ts';

/**
 * An .onnx file for inference: `images` [N, 3, H, W], normalised → `logits` [N, …] as the graph's output, any N; batch norm folded.
 * @param metadata becomes the file's `metadata_props`
 */
export function inferenceModel(
  graph: Graph,
  parameters: Tensors,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const own = new Map(graph.parameters.map(({ name }) => [name, tensorOf(parameters, name)]));
  const folded = foldBatchNorm(graph, own);
  const onnx = new OnnxGraph();
  const emission = new Emission({ graph: folded.graph, onnx, batch: 'N', device: 'cpu', training: false });
  emission.define(GRAPH_INPUT, onnx.input(GRAPH_INPUT, 'float32', ['N', ...graph.input]), 'nchw');
  for (const [name, { shape, data }] of folded.tensors) onnx.weight(name, shape, data);
  for (const node of folded.graph.nodes) emit(emission, node);
  onnx.output('logits', emission.value(folded.graph.output, 'nchw'), 'float32', ['N', ...outputShape(graph)]);
  return onnx.model('classifier', metadata);
}

function tensorOf(tensors: Tensors, name: string) {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`there is no tensor ${name}`);
  return tensor;
}

/**
 * What an .onnx file says about itself (`metadata_props`).
 * @throws UserError when the bytes are not an ONNX model; the caller names the file.
 */
export function readMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  try {
    const { graph, metadataProps } = decodeModel(bytes);
    if (graph.node.length === 0) throw new Error('it has no nodes');
    return new Map(metadataProps.map(({ key, value }) => [key, value]));
  } catch (error) {
    throw new UserError('it is not an ONNX model, or it is damaged', String(error));
  }
}
