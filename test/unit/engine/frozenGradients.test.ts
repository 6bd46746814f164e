import { describe, expect, it } from 'vitest';
import { freeze } from '../../../src-main/graph/freeze.ts';
import type { Graph } from '../../../src-main/graph/graph.ts';
import { GraphBuilder, type Value } from '../../../src-main/graph/graphBuilder.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { averagePool } from '../../../src-main/graph/ops/averagePool.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { concat } from '../../../src-main/graph/ops/concat.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { resizeBilinear } from '../../../src-main/graph/ops/resizeBilinear.ts';
import { sigmoid } from '../../../src-main/graph/ops/sigmoid.ts';
import { softmax } from '../../../src-main/graph/ops/softmax.ts';
import type { DeviceKind } from '../../../src-main/engines/onnx/device.ts';
import { decodeModel } from '../../../src-main/engines/onnx/schema.ts';
import { evaluationStep, trainingStep } from '../../../src-main/engines/onnx/trainingStep.ts';
import { expectGradients, inEveryForm, networkOf, type Layer } from './finiteDifferences.ts';

const normalised: Layer = (b, x) => batchNorm(b, 'tested', conv2d(b, 'conv', x, { channels: 6, kernel: 3 }));
const convolved =
  (groups: number): Layer =>
  (b, x) =>
    conv2d(b, 'tested', x, { channels: 6, kernel: 3, padding: 1, groups, bias: true });

const optimizer = { kind: 'sgd', momentum: 0.9, weightDecay: 0 } as const;

const cases = [
  ...inEveryForm('nothing', normalised),
  ...inEveryForm('running statistics', normalised, { frozen: (name) => name.includes('running') }),
  ...inEveryForm('batch norm, but not its input', normalised, {
    frozen: (name) => name.startsWith('tested.'),
  }),
  ...inEveryForm("batch norm's weight", normalised, { frozen: (name) => name === 'tested.weight' }),
  ...inEveryForm("a convolution's weight, but not its input", convolved(1), {
    frozen: (name) => name === 'tested.weight',
  }),
  ...inEveryForm('the same in groups', convolved(2), { frozen: (name) => name === 'tested.weight' }),
  ...inEveryForm("a convolution's bias", convolved(1), { frozen: (name) => name === 'tested.bias' }),
  ...inEveryForm('what comes before a convolution', convolved(1), {
    frozen: (name) => !/^(tested|fc)/.test(name),
  }),
  ...inEveryForm('the same in groups', convolved(2), { frozen: (name) => !/^(tested|fc)/.test(name) }),
  ...inEveryForm('one branch of a sum', branches(add), { frozen: (name) => name.startsWith('left') }),
  ...inEveryForm('one branch of a concat', branches(concat), {
    frozen: (name) => /^(left|first|pointwise)/.test(name),
  }),
  ...inEveryForm('the last layer', convolved(1), { frozen: (name) => name.startsWith('fc') }),
];

function branches(join: (builder: GraphBuilder, name: string, ...values: Value[]) => Value): Layer {
  return (b, x) => {
    const [left, right] = ['left', 'right'].map((name) => conv2d(b, name, x, { channels: 5, kernel: 3 }));
    return join(b, 'tested', left as Value, right as Value);
  };
}

describe('gradients of the others agree with finite differences, and there are none of', () => {
  it.each(cases)('%s', expectGradients);
});

/** The operators in a training step whose outputs nothing reads. */
function unread(graph: Graph, device: DeviceKind): string[] {
  const { pass } = trainingStep({ graph, optimizer, batchSize: 2, device });
  const { node: nodes, output } = decodeModel(pass.model).graph;
  const read = new Set([...nodes.flatMap(({ input }) => input), ...output.map(({ name }) => name)]);
  return nodes.filter((node) => !node.output.some((tensor) => read.has(tensor))).map(({ opType }) => opType);
}

describe('no gradient is computed in vain', () => {
  const ofLoss = unread(
    networkOf({ channels: 4, layer: (_, x) => x, frozen: (name) => name.startsWith('first') }),
    'cpu',
  );
  it.each(cases)('frozen %s', (_, tested) => {
    expect(unread(networkOf(tested), tested.target ?? 'cpu')).toEqual(ofLoss);
  });
});

describe('a frozen backbone takes no backward pass', () => {
  const everything: Layer = (b, x) => {
    const conv = conv2d(b, 'conv', x, { channels: 16, kernel: 3, padding: 1, bias: true });
    const grouped = conv2d(b, 'grouped', conv, { channels: 16, kernel: 3, padding: 1, groups: 4 });
    const norm = relu(b, 'relu', batchNorm(b, 'norm', add(b, 'add', conv, grouped)));
    const pooled = averagePool(b, 'pool', norm, { kernel: 2, stride: 2, padding: 0 });
    const resized = resizeBilinear(b, 'resize', pooled, { height: 8, width: 8, alignCorners: false });
    return concat(b, 'concat', softmax(b, 'softmax', norm), sigmoid(b, 'sigmoid', resized));
  };

  /** How many nodes training takes beyond evaluation. */
  function trainingNodes(backbone: Layer, device: DeviceKind): number {
    const builder = new GraphBuilder([3, 8, 8]);
    const features = globalAveragePool(builder, 'features', backbone(builder, builder.input));
    const whole = builder.finish(dense(builder, 'fc', features, 2), { kind: 'softmaxCrossEntropy' });
    const graph = freeze(whole, (name) => !name.startsWith('fc.'));
    const { pass } = trainingStep({ graph, optimizer, batchSize: 2, device });
    const nodes = (model: Uint8Array) => decodeModel(model).graph.node.length;
    return nodes(pass.model) - nodes(evaluationStep(graph, 2, device));
  }

  it.each(['cpu', 'webgpu'] as const)('for %s', (device) => {
    expect(trainingNodes(everything, device)).toBe(trainingNodes((_, x) => x, device));
  });
});
