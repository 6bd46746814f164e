import type { GraphBuilder, Value } from '../graph/graphBuilder.ts';
import { add } from '../graph/ops/add.ts';
import { batchNorm } from '../graph/ops/batchNorm.ts';
import { conv2d, type Conv2dOptions } from '../graph/ops/conv2d.ts';
import { relu } from '../graph/ops/relu.ts';

export interface BlockOptions {
  /** Of the 3x3 convolutions; a bottleneck's output has four times as many. */
  readonly channels: number;
  readonly stride: number;
  /** Of every 3x3 convolution of the block. */
  readonly dilation: number;
}

/** Adds one residual block (He et al. 2016) with torchvision's names below `name`. */
export type Block = (builder: GraphBuilder, name: string, input: Value, options: BlockOptions) => Value;

/** ResNet-18's and -34's: two 3x3 convolutions, the first one strided. */
export const basicBlock: Block = (builder, name, input, { channels, stride, dilation }) => {
  const same = { channels, kernel: 3, padding: dilation, dilation };
  let x = convolution(builder, name, 1, input, { ...same, stride });
  x = relu(builder, `${name}.relu1`, x);
  x = convolution(builder, name, 2, x, same);
  return joined(builder, name, input, x, stride);
};

/** ResNet-50's: 1x1, 3x3, 1x1 to four times the channels. The 3x3 is strided, as in torchvision ("v1.5"); the paper's first 1x1. */
export const bottleneck: Block = (builder, name, input, { channels, stride, dilation }) => {
  let x = convolution(builder, name, 1, input, { channels, kernel: 1 });
  x = relu(builder, `${name}.relu1`, x);
  x = convolution(builder, name, 2, x, { channels, kernel: 3, stride, padding: dilation, dilation });
  x = relu(builder, `${name}.relu2`, x);
  x = convolution(builder, name, 3, x, { channels: 4 * channels, kernel: 1 });
  return joined(builder, name, input, x, stride);
};

/** The block's `number`-th convolution and its batch norm. */
function convolution(
  builder: GraphBuilder,
  block: string,
  number: number,
  input: Value,
  options: Conv2dOptions,
): Value {
  return batchNorm(
    builder,
    `${block}.bn${number}`,
    conv2d(builder, `${block}.conv${number}`, input, options),
  );
}

/** Adds the shortcut; where the block changes the shape, that is a strided 1x1 convolution. */
function joined(builder: GraphBuilder, name: string, input: Value, branch: Value, stride: number): Value {
  const channels = branch.shape[0] ?? 0;
  let shortcut = input;
  if (stride !== 1 || input.shape[0] !== channels) {
    shortcut = conv2d(builder, `${name}.downsample.0`, input, { channels, kernel: 1, stride });
    shortcut = batchNorm(builder, `${name}.downsample.1`, shortcut);
  }
  return relu(builder, `${name}.relu`, add(builder, `${name}.add`, branch, shortcut));
}
