import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';

/** x · weightᵀ + bias; Linear in PyTorch. `<name>.weight` [out, in], `<name>.bias` [out]. */
export interface Dense extends NodeBase {
  readonly op: 'dense';
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/**
 * [in] → [features]. Initial weights are PyTorch's default for Linear: uniform in ±1/sqrt(in).
 * @throws Error when the input has more than one axis.
 */
export function dense(builder: GraphBuilder, name: string, input: Value, features: number): Value {
  const [inFeatures] = input.shape;
  if (inFeatures === undefined || input.shape.length !== 1)
    throw new Error(`${name}: needs [features], got [${input.shape.join(', ')}]`);
  const init = { kind: 'uniform' as const, bound: 1 / Math.sqrt(inFeatures) };
  const node: Dense = {
    op: 'dense',
    name,
    inputs: [input.name],
    shape: [features],
    inFeatures,
    outFeatures: features,
  };
  return builder.add(node, [
    { name: `${name}.weight`, shape: [features, inFeatures], role: 'weight', init },
    { name: `${name}.bias`, shape: [features], role: 'weight', init },
  ]);
}
