import type { Graph } from '../../graph/graph.ts';
import type { Node } from '../../graph/node.ts';

/**
 * Rewrites max pooling of a ReLU as the ReLU of a max pooling: the same values and gradients, but the ReLU has only a
 * quarter of the pixels to look at. Each of the two takes over the other's name, so that their readers stay as they are.
 */
export function poolBeforeRelu(graph: Graph): Graph {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const readers = graph.nodes.flatMap((node) => node.inputs);
  const replaced = new Map<string, Node>();
  for (const pool of graph.nodes) {
    const relu = byName.get(pool.inputs[0] ?? '');
    if (pool.op !== 'maxPool' || relu?.op !== 'relu' || relu.name === graph.output) continue;
    if (readers.filter((name) => name === relu.name).length !== 1) continue;
    replaced.set(relu.name, { ...pool, name: relu.name, inputs: relu.inputs });
    replaced.set(pool.name, { ...relu, name: pool.name, inputs: pool.inputs, shape: pool.shape });
  }
  return { ...graph, nodes: graph.nodes.map((node) => replaced.get(node.name) ?? node) };
}
