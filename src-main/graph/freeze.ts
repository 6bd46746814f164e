import type { Graph } from './graph.ts';
import type { Node } from './node.ts';

/**
 * The same network with some parameters held fixed, e.g. the backbone while a new head learns. A batch norm whose running
 * statistics are among them normalises with these (PyTorch: `requires_grad = False`, and `eval()` for batch norm).
 */
export function freeze(graph: Graph, isFrozen: (parameter: string) => boolean): Graph {
  const parameters = graph.parameters.map((parameter) =>
    isFrozen(parameter.name) ? { ...parameter, role: 'frozen' as const } : parameter,
  );
  const nodes = graph.nodes.map((node): Node =>
    node.op === 'batchNorm' && isFrozen(`${node.name}.running_mean`) ? { ...node, frozen: true } : node,
  );
  return { ...graph, nodes, parameters };
}
