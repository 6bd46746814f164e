import type { Graph } from '../graph/graph.ts';
import { GraphBuilder, type Value } from '../graph/graphBuilder.ts';
import { add } from '../graph/ops/add.ts';
import { batchNorm } from '../graph/ops/batchNorm.ts';
import { conv2d } from '../graph/ops/conv2d.ts';
import { dense } from '../graph/ops/dense.ts';
import { globalAveragePool } from '../graph/ops/globalAveragePool.ts';
import { maxPool } from '../graph/ops/maxPool.ts';
import { relu } from '../graph/ops/relu.ts';

export interface ResnetOptions {
  readonly depth: 18 | 34;
  readonly classes: number;
  /** Side of the square RGB input, in pixels. */
  readonly imageSize: number;
  /** Channels of the first stage; each later stage doubles them. Default 64, the standard network. */
  readonly width?: number;
  /** How many of the four stages to build; fewer for tiny tests. Default 4. */
  readonly stages?: number;
}

/** Basic blocks per stage (He et al. 2016, table 1). */
const BLOCKS = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const;

/** ResNet-18 or -34 as in torchvision, with its parameter names: conv1, bn1, layer1.0.conv1 … fc. */
export function resnet(options: ResnetOptions): Graph {
  const { depth, classes, imageSize, width = 64, stages = 4 } = options;
  const builder = new GraphBuilder([3, imageSize, imageSize]);
  let x = conv2d(builder, 'conv1', builder.input, { channels: width, kernel: 7, stride: 2, padding: 3 });
  x = relu(builder, 'relu', batchNorm(builder, 'bn1', x));
  x = maxPool(builder, 'maxpool', x, { kernel: 3, stride: 2, padding: 1 });
  for (const [stage, blocks] of BLOCKS[depth].slice(0, stages).entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      x = basicBlock(builder, `layer${stage + 1}.${block}`, x, width * 2 ** stage, stride);
    }
  }
  const features = globalAveragePool(builder, 'avgpool', x);
  return builder.finish(dense(builder, 'fc', features, classes), { kind: 'softmaxCrossEntropy' });
}

/** Two 3x3 convolutions around a shortcut; where the shape changes, the shortcut is a strided 1x1 convolution. */
function basicBlock(
  builder: GraphBuilder,
  name: string,
  input: Value,
  channels: number,
  stride: number,
): Value {
  let x = conv2d(builder, `${name}.conv1`, input, { channels, kernel: 3, stride, padding: 1 });
  x = relu(builder, `${name}.relu1`, batchNorm(builder, `${name}.bn1`, x));
  x = conv2d(builder, `${name}.conv2`, x, { channels, kernel: 3, padding: 1 });
  x = batchNorm(builder, `${name}.bn2`, x);
  const shortcut =
    stride === 1 && input.shape[0] === channels ? input : downsample(builder, name, input, channels, stride);
  return relu(builder, `${name}.relu2`, add(builder, `${name}.add`, x, shortcut));
}

function downsample(
  builder: GraphBuilder,
  name: string,
  input: Value,
  channels: number,
  stride: number,
): Value {
  const projected = conv2d(builder, `${name}.downsample.0`, input, { channels, kernel: 1, stride });
  return batchNorm(builder, `${name}.downsample.1`, projected);
}
