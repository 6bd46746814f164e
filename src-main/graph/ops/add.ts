import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** Sum of two values of the same shape: the shortcut of a residual block. */
export interface Add extends NodeBase {
  readonly op: 'add';
}

/** @throws Error when the shapes differ. */
export function add(builder: GraphBuilder, name: string, a: Value, b: Value): Value {
  if (a.shape.join() !== b.shape.join())
    throw new Error(`${name}: cannot add [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  return builder.add({ op: 'add', name, inputs: [a.name, b.name], shape: a.shape });
}
