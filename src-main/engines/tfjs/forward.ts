import { GRAPH_INPUT, type Graph } from '../../graph/graph.ts';
import { interpret } from './ops/registry.ts';
import type { ForwardPass } from './ops/interpreter.ts';
import type { Tensor } from './tensorflow.ts';

/** The graph's output for a batch of images, both channels last. To be called within `tf.tidy` or a gradient. */
export function forward(pass: ForwardPass, graph: Graph, images: Tensor): Tensor {
  const values = new Map<string, Tensor>([[GRAPH_INPUT, images]]);
  const value = (name: string): Tensor => {
    const tensor = values.get(name);
    if (tensor === undefined) throw new Error(`there is no value ${name}`);
    return tensor;
  };
  for (const node of graph.nodes) values.set(node.name, interpret(pass, node, node.inputs.map(value)));
  return value(graph.output);
}
