import type { GraphBuilder, Value } from '../graph/graphBuilder.ts';
import { batchNorm } from '../graph/ops/batchNorm.ts';
import { conv2d } from '../graph/ops/conv2d.ts';
import { maxPool } from '../graph/ops/maxPool.ts';
import { relu } from '../graph/ops/relu.ts';
import { basicBlock, bottleneck, type Block } from './residualBlocks.ts';

export type Depth = 18 | 34 | 50;

export interface BackboneOptions {
  readonly depth: Depth;
  /** Channels of the first stage's 3x3 convolutions; each later stage doubles them. Default 64, the standard network. */
  readonly width?: number;
  /** How many of the four stages to build; fewer for tiny tests. Default 4. */
  readonly stages?: number;
  /** Side of the input over that of the features. 8: the last two stages dilate instead of striding. Default 32. */
  readonly outputStride?: 32 | 8;
}

/** Blocks per stage (He et al. 2016, table 1). */
const LAYOUTS: Record<Depth, { block: Block; blocks: readonly number[] }> = {
  18: { block: basicBlock, blocks: [2, 2, 2, 2] },
  34: { block: basicBlock, blocks: [3, 4, 6, 3] },
  50: { block: bottleneck, blocks: [3, 4, 6, 3] },
};

/**
 * Of each stage. With output stride 8 every 3x3 convolution of a dilated stage has that stage's dilation, those of its first block
 * included: so do the common public DeepLabV2 trainers. (torchvision's `replace_stride_with_dilation` gives the first block
 * the dilation of the stage before.)
 */
const STRIDES = { 32: [1, 2, 2, 2], 8: [1, 2, 1, 1] } as const;
const DILATIONS = { 32: [1, 1, 1, 1], 8: [1, 1, 2, 4] } as const;

/** A ResNet without its classifier, as in torchvision and with its names: conv1, bn1, layer1.0.conv1 … layer4. */
export function backbone(builder: GraphBuilder, options: BackboneOptions): Value {
  const { depth, width = 64, stages = 4, outputStride = 32 } = options;
  const { block, blocks } = LAYOUTS[depth];
  let x = conv2d(builder, 'conv1', builder.input, { channels: width, kernel: 7, stride: 2, padding: 3 });
  x = relu(builder, 'relu', batchNorm(builder, 'bn1', x));
  x = maxPool(builder, 'maxpool', x, { kernel: 3, stride: 2, padding: 1 });
  for (const [stage, count] of blocks.slice(0, stages).entries()) {
    const channels = width * 2 ** stage;
    const dilation = DILATIONS[outputStride][stage] ?? 1;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 ? (STRIDES[outputStride][stage] ?? 1) : 1;
      x = block(builder, `layer${stage + 1}.${i}`, x, { channels, stride, dilation });
    }
  }
  return x;
}
