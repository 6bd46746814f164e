import type { Loss } from './losses/loss.ts';
import type { Node } from './node.ts';
import type { Parameter } from './parameter.ts';
import type { Shape } from './shape.ts';

/** The name of the value that holds the images. */
export const GRAPH_INPUT = 'images';

/** A network as data: what it computes from a batch of images, and what it is trained for. Made by `GraphBuilder`. */
export interface Graph {
  /** Shape of one image: [channels, height, width]. */
  readonly input: Shape;
  /** In an order in which each node follows its inputs. */
  readonly nodes: readonly Node[];
  /** In the order of PyTorch's `state_dict`. */
  readonly parameters: readonly Parameter[];
  /** Name of the value with the logits. */
  readonly output: string;
  readonly loss: Loss;
}

/** Shape of one sample's logits: [classes], or [classes, height, width]. */
export function outputShape(graph: Graph): Shape {
  const shape = graph.nodes.find((node) => node.name === graph.output)?.shape;
  if (shape === undefined) throw new Error(`the graph has no output ${graph.output}`);
  return shape;
}

/** Classes that the network tells apart: the first axis of the output's shape. */
export function classCount(graph: Graph): number {
  return outputShape(graph)[0] ?? 0;
}
