import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import { imageShape } from '../shape.ts';

/** Bilinear resampling without antialiasing; `F.interpolate(mode='bilinear')`, with its two corner conventions. */
export interface ResizeBilinear extends NodeBase {
  readonly op: 'resizeBilinear';
  /** true: the centres of the corner pixels fall on each other. false: the corners of the images do, half a pixel further out. */
  readonly alignCorners: boolean;
}

/** [C, H, W] → [C, height, width]. */
export function resizeBilinear(
  builder: GraphBuilder,
  name: string,
  input: Value,
  options: { height: number; width: number; alignCorners: boolean },
): Value {
  const { channels } = imageShape(input.shape, name);
  const { height, width, alignCorners } = options;
  const shape = [channels, height, width];
  return builder.add({ op: 'resizeBilinear', name, inputs: [input.name], shape, alignCorners });
}
