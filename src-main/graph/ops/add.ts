import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** Sum of two or more values of the same shape: the shortcut of a residual block, the branches of a pyramid. */
export interface Add extends NodeBase {
  readonly op: 'add';
}

/** @throws Error when the shapes differ, or there are fewer than two values. */
export function add(builder: GraphBuilder, name: string, ...values: readonly Value[]): Value {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) throw new Error(`${name}: there is nothing to add`);
  for (const { shape } of others)
    if (shape.join() !== first.shape.join())
      throw new Error(`${name}: cannot add [${first.shape.join(', ')}] and [${shape.join(', ')}]`);
  return builder.add({ op: 'add', name, inputs: values.map((value) => value.name), shape: first.shape });
}
