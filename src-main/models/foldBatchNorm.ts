import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/node.ts';
import type { BatchNorm } from '../graph/ops/batchNorm.ts';
import type { Conv2d } from '../graph/ops/conv2d.ts';
import type { Parameter } from '../graph/parameter.ts';
import type { Tensor, Tensors } from './tensors.ts';

/**
 * Rewrites a network for inference: each batch norm that alone reads a convolution is multiplied into that convolution's
 * weights and bias, with the running statistics. The function stays the same up to rounding.
 */
export function foldBatchNorm(graph: Graph, tensors: Tensors): { graph: Graph; tensors: Tensors } {
  const pairs = foldablePairs(graph);
  const folded = new Map(tensors);
  const renamed = new Map<string, string>();
  for (const { conv, norm } of pairs) {
    fold(conv, norm, tensors, folded);
    renamed.set(norm.name, conv.name);
  }
  const withBias = new Set(pairs.map(({ conv }) => conv.name));
  const nodes = graph.nodes
    .filter((node) => !renamed.has(node.name))
    .map((node): Node => {
      const inputs = node.inputs.map((input) => renamed.get(input) ?? input);
      return node.op === 'conv2d' && withBias.has(node.name)
        ? { ...node, inputs, bias: true }
        : { ...node, inputs };
    });
  const output = renamed.get(graph.output) ?? graph.output;
  return { graph: { ...graph, nodes, output, parameters: parametersOf(graph, folded) }, tensors: folded };
}

function foldablePairs(graph: Graph): { conv: Conv2d; norm: BatchNorm }[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const readers = new Map<string, number>([[graph.output, 1]]);
  for (const input of graph.nodes.flatMap((node) => node.inputs))
    readers.set(input, (readers.get(input) ?? 0) + 1);
  return graph.nodes.flatMap((norm) => {
    const conv = byName.get(norm.inputs[0] ?? '');
    if (norm.op !== 'batchNorm' || conv?.op !== 'conv2d' || readers.get(conv.name) !== 1) return [];
    return [{ conv, norm }];
  });
}

/** W' = W · s and b' = (b − mean) · s + shift for each output channel, with s = weight / sqrt(variance + epsilon). */
function fold(conv: Conv2d, norm: BatchNorm, from: Tensors, into: Map<string, Tensor>): void {
  const values = (name: string) => {
    const tensor = from.get(name);
    if (tensor === undefined) throw new Error(`there is no tensor ${name}`);
    return tensor;
  };
  const weight = values(`${conv.name}.weight`);
  const [scale, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (suffix) => values(`${norm.name}.${suffix}`).data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const oldBias = conv.bias ? values(`${conv.name}.bias`).data : null;
  const data = weight.data.slice();
  const bias = new Float32Array(conv.outChannels);
  const perChannel = data.length / conv.outChannels;
  for (let channel = 0; channel < conv.outChannels; channel++) {
    const factor = (scale[channel] ?? 0) / Math.sqrt((variance[channel] ?? 0) + norm.epsilon);
    for (let i = channel * perChannel; i < (channel + 1) * perChannel; i++) data[i] = (data[i] ?? 0) * factor;
    bias[channel] = ((oldBias?.[channel] ?? 0) - (mean[channel] ?? 0)) * factor + (shift[channel] ?? 0);
  }
  into.set(`${conv.name}.weight`, { shape: weight.shape, data });
  into.set(`${conv.name}.bias`, { shape: [conv.outChannels], data: bias });
  for (const suffix of ['weight', 'bias', 'running_mean', 'running_var'])
    into.delete(`${norm.name}.${suffix}`);
}

/** Parameters of the folded graph: the old ones that are left, and the new biases. */
function parametersOf(graph: Graph, tensors: Tensors): Parameter[] {
  const known = new Map(graph.parameters.map((parameter) => [parameter.name, parameter]));
  return [...tensors].map(
    ([name, { shape }]) =>
      known.get(name) ?? { name, shape, role: 'weight', init: { kind: 'constant', value: 0 } },
  );
}
