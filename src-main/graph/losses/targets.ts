import { outputShape, type Graph } from '../graph.ts';
import type { Shape } from '../shape.ts';

/** What a network's loss compares its logits with. */
export interface TargetFormat {
  /** Class indices, or numbers in 0–1. */
  readonly type: 'int32' | 'float32';
  /** Of one sample's targets. */
  readonly shape: Shape;
}

/** The targets that a graph is trained with. */
export function targetFormat(graph: Graph): TargetFormat {
  const shape = outputShape(graph);
  return graph.loss.kind === 'softmaxCrossEntropy'
    ? { type: 'int32', shape: shape.slice(1) }
    : { type: 'float32', shape };
}
