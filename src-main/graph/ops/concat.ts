import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** Values one after another along the channel (or feature) axis; `torch.cat(…, dim=1)`. */
export interface Concat extends NodeBase {
  readonly op: 'concat';
}

/** [C1, H, W], [C2, H, W], … → [C1 + C2 + …, H, W]; likewise for features. @throws Error when other axes differ. */
export function concat(builder: GraphBuilder, name: string, ...values: readonly Value[]): Value {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) throw new Error(`${name}: there is nothing to join`);
  const rest = first.shape.slice(1);
  for (const { shape } of others)
    if (shape.slice(1).join() !== rest.join())
      throw new Error(`${name}: cannot join [${first.shape.join(', ')}] and [${shape.join(', ')}]`);
  const channels = values.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const inputs = values.map((value) => value.name);
  return builder.add({ op: 'concat', name, inputs, shape: [channels, ...rest] });
}
