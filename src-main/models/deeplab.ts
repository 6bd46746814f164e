import type { Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graphBuilder.ts';
import { add } from '../graph/ops/add.ts';
import { conv2d } from '../graph/ops/conv2d.ts';
import { resizeBilinear } from '../graph/ops/resizeBilinear.ts';
import { backbone } from './backbone.ts';

export interface DeeplabOptions {
  readonly depth: 18 | 34;
  /** Background included. */
  readonly classes: number;
  /** Side of the square RGB input, in pixels; odd or even. */
  readonly imageSize: number;
  /** Channels of the first stage; each later stage doubles them. Default 64, the standard network. */
  readonly width?: number;
}

/** The target of pixels that belong to no class: VOC's object borders, and what lies outside of an image. */
const IGNORED_PIXEL = 255;

/** Dilations of the parallel convolutions of atrous spatial pyramid pooling ("ASPP-L" in the paper). */
const RATES = [6, 12, 18, 24] as const;

/**
 * DeepLabV2 (Chen et al. 2016, arXiv 1606.00915) with a ResNet backbone of output stride 8, without its conditional random field. What
 * the paper leaves open follows the common public trainers: names `layer5.conv2d_list.<i>`, initial weights normal with 0.01,
 * logits resized with aligned corners. Their max pooling rounds up where torchvision's and this one round down: the same at 321
 * and 513 px.
 * → logits [classes, imageSize, imageSize]; targets are class indices per pixel, or `IGNORED_PIXEL`.
 */
export function deeplab(options: DeeplabOptions): Graph {
  const { depth, classes, imageSize, width } = options;
  const builder = new GraphBuilder([3, imageSize, imageSize]);
  const features = backbone(builder, { depth, width, outputStride: 8 });
  const branches = RATES.map((rate, i) =>
    conv2d(builder, `layer5.conv2d_list.${i}`, features, {
      channels: classes,
      kernel: 3,
      padding: rate,
      dilation: rate,
      bias: true,
      init: { kind: 'normal', deviation: 0.01 },
    }),
  );
  const logits = resizeBilinear(builder, 'upsample', add(builder, 'layer5', ...branches), {
    height: imageSize,
    width: imageSize,
    alignCorners: true,
  });
  return builder.finish(logits, { kind: 'softmaxCrossEntropy', ignoreLabel: IGNORED_PIXEL });
}
