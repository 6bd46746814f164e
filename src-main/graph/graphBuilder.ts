import { GRAPH_INPUT, type Graph } from './graph.ts';
import type { Loss } from './losses/loss.ts';
import type { Node } from './node.ts';
import type { Parameter } from './parameter.ts';
import type { Shape } from './shape.ts';

/** A value while a graph is being built: what a layer function takes and gives. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** Collects nodes and parameters; the functions in ops/ add one node each. */
export class GraphBuilder {
  readonly input: Value;
  readonly #nodes: Node[] = [];
  readonly #parameters: Parameter[] = [];
  readonly #names = new Set<string>([GRAPH_INPUT]);

  /** @param input shape of one image: [channels, height, width] */
  constructor(input: Shape) {
    this.input = { name: GRAPH_INPUT, shape: input };
  }

  /** @throws Error when the name is taken or an input is unknown. */
  add(node: Node, parameters: readonly Parameter[] = []): Value {
    if (this.#names.has(node.name)) throw new Error(`two nodes are called ${node.name}`);
    for (const input of node.inputs)
      if (!this.#names.has(input)) throw new Error(`${node.name}: there is no value ${input}`);
    this.#names.add(node.name);
    this.#nodes.push(node);
    this.#parameters.push(...parameters);
    return { name: node.name, shape: node.shape };
  }

  finish(output: Value, loss: Loss): Graph {
    return {
      input: this.input.shape,
      nodes: this.#nodes,
      parameters: this.#parameters,
      output: output.name,
      loss,
    };
  }
}
