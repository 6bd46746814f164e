import type { Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graphBuilder.ts';
import { globalAveragePool } from '../graph/ops/globalAveragePool.ts';
import { backbone, type BackboneOptions } from './backbone.ts';

/** A ResNet without a head: its output are the features of the last stage, averaged over the image. To look at, not to train. */
export function resnetFeatures(options: BackboneOptions & { readonly imageSize: number }): Graph {
  const { imageSize, ...network } = options;
  const builder = new GraphBuilder([3, imageSize, imageSize]);
  const features = globalAveragePool(builder, 'avgpool', backbone(builder, network));
  return builder.finish(features, { kind: 'softmaxCrossEntropy' });
}
