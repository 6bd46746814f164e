import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import { imageShape, pooledWindow, windowedSide, type PoolOptions, type Window } from '../shape.ts';

/** Mean of each window; zeros of the padding count, as in PyTorch's AvgPool2d by default. */
export interface AveragePool extends NodeBase {
  readonly op: 'averagePool';
  readonly window: Window;
}

/** [C, H, W] → [C, H', W']. */
export function averagePool(builder: GraphBuilder, name: string, input: Value, options: PoolOptions): Value {
  const { channels, height, width } = imageShape(input.shape, name);
  const window = pooledWindow(options, name);
  const shape = [channels, windowedSide(height, window, name), windowedSide(width, window, name)];
  return builder.add({ op: 'averagePool', name, inputs: [input.name], shape, window });
}
