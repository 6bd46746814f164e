import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import { imageShape } from '../shape.ts';

/** Mean over height and width; AdaptiveAvgPool2d(1) and flatten in PyTorch. */
export interface GlobalAveragePool extends NodeBase {
  readonly op: 'globalAveragePool';
  /** Height times width of the input. */
  readonly area: number;
}

/** [C, H, W] → [C]. */
export function globalAveragePool(builder: GraphBuilder, name: string, input: Value): Value {
  const { channels, height, width } = imageShape(input.shape, name);
  return builder.add({
    op: 'globalAveragePool',
    name,
    inputs: [input.name],
    shape: [channels],
    area: height * width,
  });
}
