import type { NodeOf, OpKind } from '../../../graph/node.ts';
import type { Emission } from '../emission.ts';

/**
 * Emits the backward pass of one node: reads the gradient of its value, adds to those of its inputs and weights. It is called only
 * where the value needs a gradient, so a node with one input and no weights has nothing to ask.
 */
export type Backward = () => void;

/** Emits the forward pass of one node and gives its backward pass, which is called, in training, in reverse order. */
export type Emitter<K extends OpKind> = (emission: Emission, node: NodeOf<K>) => Backward;
