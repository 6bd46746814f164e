import type { Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graphBuilder.ts';
import type { Loss } from '../graph/losses/loss.ts';
import { dense } from '../graph/ops/dense.ts';
import { globalAveragePool } from '../graph/ops/globalAveragePool.ts';
import { backbone, type Depth } from './backbone.ts';

export interface ResnetOptions {
  readonly depth: Depth;
  readonly classes: number;
  /** Side of the square RGB input, in pixels. */
  readonly imageSize: number;
  /** Channels of the first stage; each later stage doubles them. Default 64, the standard network. */
  readonly width?: number;
  /** How many of the four stages to build; fewer for tiny tests. Default 4. */
  readonly stages?: number;
  /** Default: softmax cross-entropy, one class per image. Binary cross-entropy: any number of classes per image. */
  readonly loss?: Loss;
}

/** ResNet-18, -34 or -50 as in torchvision, with its parameter names: conv1, bn1, layer1.0.conv1 … fc. */
export function resnet(options: ResnetOptions): Graph {
  const { classes, imageSize, loss = { kind: 'softmaxCrossEntropy' } } = options;
  const builder = new GraphBuilder([3, imageSize, imageSize]);
  const { depth, width, stages } = options;
  const features = globalAveragePool(builder, 'avgpool', backbone(builder, { depth, width, stages }));
  return builder.finish(dense(builder, 'fc', features, classes), loss);
}
