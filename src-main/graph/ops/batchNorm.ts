import type { GraphBuilder, Value } from '../graphBuilder.ts';
import type { NodeBase } from '../node.ts';
import { imageShape } from '../shape.ts';

/**
 * PyTorch's BatchNorm2d. Training: normalises with the batch's mean and biased variance and moves the running statistics
 * by `momentum` towards the mean and the unbiased variance. Evaluation, or `frozen`: normalises with the running statistics.
 * `<name>.weight`, `.bias`, `.running_mean`, `.running_var`, each [C].
 */
export interface BatchNorm extends NodeBase {
  readonly op: 'batchNorm';
  readonly channels: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** In training too the running statistics normalise, and stay; weight and bias may still learn. */
  readonly frozen: boolean;
}

/** [C, H, W] → the same shape. */
export function batchNorm(builder: GraphBuilder, name: string, input: Value): Value {
  const { channels } = imageShape(input.shape, name);
  const parameter = (suffix: string, role: 'weight' | 'statistic', value: number) => ({
    name: `${name}.${suffix}`,
    shape: [channels],
    role,
    init: { kind: 'constant' as const, value },
  });
  const node: BatchNorm = {
    op: 'batchNorm',
    name,
    inputs: [input.name],
    shape: input.shape,
    channels,
    epsilon: 1e-5,
    momentum: 0.1,
    frozen: false,
  };
  return builder.add(node, [
    parameter('weight', 'weight', 1),
    parameter('bias', 'weight', 0),
    parameter('running_mean', 'statistic', 0),
    parameter('running_var', 'statistic', 1),
  ]);
}
