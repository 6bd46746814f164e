import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { maxPool } from '../../../src-main/graph/ops/maxPool.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { poolBeforeRelu } from '../../../src-main/engines/onnx/poolBeforeRelu.ts';

const POOL = { kernel: 2, stride: 2, padding: 0 };
const LOSS = { kind: 'softmaxCrossEntropy' } as const;

describe('poolBeforeRelu', () => {
  it('exchanges the two and leaves the names of values to their readers', () => {
    const builder = new GraphBuilder([3, 8, 8]);
    const pooled = maxPool(builder, 'pool', relu(builder, 'relu', builder.input), POOL);
    const { nodes } = poolBeforeRelu(builder.finish(relu(builder, 'last', pooled), LOSS));
    expect(nodes.map(({ op, name, inputs, shape }) => [op, name, inputs, shape])).toEqual([
      ['maxPool', 'relu', ['images'], [3, 4, 4]],
      ['relu', 'pool', ['relu'], [3, 4, 4]],
      ['relu', 'last', ['pool'], [3, 4, 4]],
    ]);
  });

  it('leaves a ReLU alone that others read too', () => {
    const builder = new GraphBuilder([3, 8, 8]);
    const active = relu(builder, 'relu', builder.input);
    const pooled = maxPool(builder, 'pool', active, POOL);
    const both = add(builder, 'add', pooled, maxPool(builder, 'other', active, POOL));
    const graph = builder.finish(both, LOSS);
    expect(poolBeforeRelu(graph)).toEqual(graph);
  });
});
