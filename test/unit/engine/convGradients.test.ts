import { describe, it } from 'vitest';
import { conv2d, type Conv2dOptions } from '../../../src-main/graph/ops/conv2d.ts';
import { expectGradients, inEveryForm } from './finiteDifferences.ts';

const convolutions: Record<string, Omit<Conv2dOptions, 'channels'> & { channels?: number }> = {
  '1x1': { kernel: 1 },
  '3x3': { kernel: 3, padding: 1 },
  '3x3 without padding': { kernel: 3 },
  '3x3 with bias': { kernel: 3, padding: 1, bias: true },
  '3x3 stride 2': { kernel: 3, padding: 1, stride: 2 },
  '1x1 stride 2': { kernel: 1, stride: 2 },
  '2x2 stride 2': { kernel: 2, stride: 2 },
  '3x3 dilation 2': { kernel: 3, padding: 2, dilation: 2 },
  '3x3 dilation 12, larger than the image': { kernel: 3, padding: 12, dilation: 12 },
  '5x5 stride 3 dilation 2': { kernel: 5, padding: 4, stride: 3, dilation: 2 },
  '3x3 in 2 groups': { kernel: 3, padding: 1, groups: 2, channels: 6 },
  '3x3 in 2 groups of 5 outputs': { kernel: 3, padding: 1, groups: 2, channels: 10, bias: true },
  '3x3 in 2 groups stride 2': { kernel: 3, padding: 1, groups: 2, channels: 6, stride: 2 },
  '1x1 in 4 groups': { kernel: 1, groups: 4, channels: 8 },
  '3x3 in 4 groups dilation 2 stride 2': {
    kernel: 3,
    padding: 2,
    groups: 4,
    channels: 8,
    dilation: 2,
    stride: 2,
  },
};

const cases = Object.entries(convolutions).flatMap(([name, options]) =>
  inEveryForm(`conv2d ${name}`, (builder, x) => conv2d(builder, 'tested', x, { channels: 5, ...options })),
);

const depthwise = [1, 2].flatMap((outputs) =>
  [1, 2].flatMap((stride) =>
    inEveryForm(`depthwise conv2d 3x3 stride ${stride}, ${outputs} outputs each`, (builder, x) => {
      const [groups = 1] = x.shape;
      return conv2d(builder, 'tested', x, {
        channels: outputs * groups,
        kernel: 3,
        padding: 1,
        stride,
        groups,
      });
    }),
  ),
);

describe("convolutions' gradients agree with finite differences", () => {
  it.each([...cases, ...depthwise])('%s', expectGradients);
});
