import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import { imageShape, pooledWindow, windowedSide, type PoolOptions, type Window } from '../shape.ts';

/**
 * Largest value of each window; padding never wins. Where several are equal PyTorch sends the gradient to the first and
 * engines may send it to each: this matters only where equal maxima are not a ReLU's zeros.
 */
export interface MaxPool extends NodeBase {
  readonly op: 'maxPool';
  readonly window: Window;
}

/** [C, H, W] → [C, H', W']. */
export function maxPool(builder: GraphBuilder, name: string, input: Value, options: PoolOptions): Value {
  const { channels, height, width } = imageShape(input.shape, name);
  const window = pooledWindow(options, name);
  const shape = [channels, windowedSide(height, window, name), windowedSide(width, window, name)];
  return builder.add({ op: 'maxPool', name, inputs: [input.name], shape, window });
}
