import { describe, it } from 'vitest';
import type { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { type Value } from '../../../src-main/graph/graphBuilder.ts';
import { add } from '../../../src-main/graph/ops/add.ts';
import { averagePool } from '../../../src-main/graph/ops/averagePool.ts';
import { batchNorm } from '../../../src-main/graph/ops/batchNorm.ts';
import { concat } from '../../../src-main/graph/ops/concat.ts';
import { conv2d } from '../../../src-main/graph/ops/conv2d.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { dropout } from '../../../src-main/graph/ops/dropout.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { maxPool } from '../../../src-main/graph/ops/maxPool.ts';
import { relu } from '../../../src-main/graph/ops/relu.ts';
import { resizeBilinear } from '../../../src-main/graph/ops/resizeBilinear.ts';
import { sigmoid } from '../../../src-main/graph/ops/sigmoid.ts';
import { logSoftmax, softmax } from '../../../src-main/graph/ops/softmax.ts';
import { expectGradients, inEveryForm, type GradientCase, type Layer } from './finiteDifferences.ts';

/*
 * Every operation between two layers that learn, so that its gradients with respect to input and weights both count. Convolutions are
 * in convGradients.test.ts, frozen layers in frozenGradients.test.ts.
 */

/** Another value of the same shape: on the CPU always [N, C, H, W], whatever the layout of `x`. */
const depthwise = (builder: GraphBuilder, x: Value) => {
  const [channels = 1] = x.shape;
  return conv2d(builder, 'beside', x, { channels, kernel: 3, padding: 1, groups: channels });
};

const smooth: Record<string, Layer> = {
  sigmoid: (b, x) => sigmoid(b, 'tested', x),
  softmax: (b, x) => softmax(b, 'tested', x),
  logSoftmax: (b, x) => logSoftmax(b, 'tested', x),
  batchNorm: (b, x) => batchNorm(b, 'tested', x),
  dropout: (b, x) => dropout(b, 'tested', x, 0.4),
  add: (b, x) => add(b, 'tested', x, depthwise(b, x)),
  'add of three': (b, x) => add(b, 'tested', depthwise(b, x), x, sigmoid(b, 'other', x)),
  'add to itself': (b, x) => add(b, 'tested', x, x),
  concat: (b, x) => concat(b, 'tested', x, depthwise(b, x)),
  'concat of three': (b, x) =>
    concat(b, 'tested', depthwise(b, x), x, conv2d(b, 'other', x, { channels: 3, kernel: 1 })),
  'concat with itself': (b, x) => concat(b, 'tested', x, x),
  'concat with the images': (b, x) => concat(b, 'tested', b.input, x),
  'averagePool 3x3 stride 2': (b, x) => averagePool(b, 'tested', x, { kernel: 3, stride: 2, padding: 1 }),
  'averagePool 2x2': (b, x) => averagePool(b, 'tested', x, { kernel: 2, stride: 2, padding: 0 }),
  globalAveragePool: (b, x) => globalAveragePool(b, 'tested', x),
  'resize up, corners aligned': (b, x) =>
    resizeBilinear(b, 'tested', x, { height: 20, width: 11, alignCorners: true }),
  'resize up, corners not aligned': (b, x) =>
    resizeBilinear(b, 'tested', x, { height: 20, width: 11, alignCorners: false }),
  'resize down, corners aligned': (b, x) =>
    resizeBilinear(b, 'tested', x, { height: 4, width: 3, alignCorners: true }),
  'resize down, corners not aligned': (b, x) =>
    resizeBilinear(b, 'tested', x, { height: 4, width: 3, alignCorners: false }),
};

const kinked: Record<string, Layer> = {
  relu: (b, x) => relu(b, 'tested', x),
  'maxPool 3x3 stride 2': (b, x) => maxPool(b, 'tested', x, { kernel: 3, stride: 2, padding: 1 }),
  'maxPool 2x2': (b, x) => maxPool(b, 'tested', x, { kernel: 2, stride: 2, padding: 0 }),
};

const flat = (b: GraphBuilder, x: Value) => globalAveragePool(b, 'flat', x);
const ofFeatures: Record<string, Layer> = {
  dense: (b, x) => dense(b, 'tested', flat(b, x), 6),
  sigmoid: (b, x) => sigmoid(b, 'tested', flat(b, x)),
  softmax: (b, x) => softmax(b, 'tested', flat(b, x)),
  logSoftmax: (b, x) => logSoftmax(b, 'tested', flat(b, x)),
  dropout: (b, x) => dropout(b, 'tested', flat(b, x), 0.4),
  concat: (b, x) => concat(b, 'tested', flat(b, x), globalAveragePool(b, 'other', depthwise(b, x))),
};

const cases: [string, GradientCase][] = [
  ...Object.entries(smooth).flatMap(([name, layer]) => inEveryForm(name, layer)),
  ...Object.entries(kinked).flatMap(([name, layer]) => inEveryForm(name, layer, { kinked: true })),
  ...Object.entries(ofFeatures).map(([name, layer]): [string, GradientCase] => [
    `${name} of features`,
    { channels: 4, layer, size: [2, 1] },
  ]),
];

describe('gradients agree with finite differences', () => {
  it.each(cases)('%s', expectGradients);
});
