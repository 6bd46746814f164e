import type { Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graphBuilder.ts';
import { add } from '../graph/ops/add.ts';
import { batchNorm } from '../graph/ops/batchNorm.ts';
import { conv2d } from '../graph/ops/conv2d.ts';
import { relu } from '../graph/ops/relu.ts';
import { resizeBilinear } from '../graph/ops/resizeBilinear.ts';

/** DeepLab's head on a backbone of one layer, for images of 17 px; label 0 is ignored. */
export function tinySegmenter(classes: number): Graph {
  const side = 17;
  const builder = new GraphBuilder([3, side, side]);
  const stem = conv2d(builder, 'stem', builder.input, { channels: 8, kernel: 3, stride: 2, padding: 1 });
  const features = relu(builder, 'relu', batchNorm(builder, 'bn', stem));
  const branches = [2, 3].map((rate) =>
    conv2d(builder, `rate${rate}`, features, {
      channels: classes,
      kernel: 3,
      padding: rate,
      dilation: rate,
      bias: true,
    }),
  );
  const size = { height: side, width: side, alignCorners: true };
  const logits = resizeBilinear(builder, 'upsample', add(builder, 'sum', ...branches), size);
  return builder.finish(logits, { kind: 'softmaxCrossEntropy', ignoreLabel: 0 });
}
