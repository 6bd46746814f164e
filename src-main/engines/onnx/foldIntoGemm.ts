import { ATTRIBUTE_TYPES, type NodeProto } from './schema.ts';

export interface FoldOptions {
  readonly nodes: readonly NodeProto[];
  /** Constants of one number, by their names. */
  readonly scalars: ReadonlyMap<string, number>;
  /** Tensors that leave the graph. */
  readonly outputs: ReadonlySet<string>;
}

/**
 * Rewrites a matrix product plus a multiple of another tensor, `Add(Gemm(a, b), Mul(t, c))`, as `Gemm(a, b, t)` with beta = c: two
 * passes over memory less. Where a product is summed up in parts (each `Gemm` adds to the one before), the first takes t. In
 * a training step these are weight decay and momentum on top of the weight gradients. t is broadcast to the product's shape
 * at most, and neither term has another reader.
 */
export function foldIntoGemm({ nodes, scalars, outputs }: FoldOptions): NodeProto[] {
  const makers = new Map(nodes.flatMap((node) => node.output.map((tensor) => [tensor, node] as const)));
  const readers = countReaders(nodes);
  /** The node that makes a tensor of which nobody else reads anything. */
  const own = (tensor: string | undefined, opType: string) => {
    if (tensor === undefined || readers.get(tensor) !== 1 || outputs.has(tensor)) return undefined;
    const maker = makers.get(tensor);
    return maker?.opType === opType ? maker : undefined;
  };
  const firstPart = (gemm: NodeProto): NodeProto | undefined => {
    if (gemm.input.length < 3) return gemm;
    const before = own(gemm.input[2], 'Gemm');
    return before && firstPart(before);
  };

  const replaced = new Map<NodeProto, NodeProto | null>();
  for (const sum of nodes.filter(({ opType }) => opType === 'Add')) {
    const last = own(sum.input[0], 'Gemm') ?? own(sum.input[1], 'Gemm');
    const scaled = own(sum.input[0], 'Mul') ?? own(sum.input[1], 'Mul');
    const beta = scalars.get(scaled?.input[1] ?? '');
    const first = last && firstPart(last);
    if (!last || !first || !scaled || beta === undefined || replaced.has(first)) continue;
    replaced.set(last, { ...last, output: sum.output });
    replaced.set(first, withAddend(replaced.get(first) ?? first, scaled.input[0] as string, beta));
    replaced.set(scaled, null);
    replaced.set(sum, null);
  }
  return nodes.flatMap((node) => (replaced.has(node) ? (replaced.get(node) ?? []) : node));
}

function withAddend(gemm: NodeProto, addend: string, beta: number): NodeProto {
  const attribute = [...gemm.attribute, { name: 'beta', type: ATTRIBUTE_TYPES.f, f: beta }];
  return { ...gemm, input: [...gemm.input, addend], attribute };
}

function countReaders(nodes: readonly NodeProto[]): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const tensor of nodes.flatMap(({ input }) => input))
    readers.set(tensor, (readers.get(tensor) ?? 0) + 1);
  return readers;
}
