import { targetFormat } from '../../../graph/losses/targets.ts';
import type { SoftmaxCrossEntropy } from '../../../graph/losses/softmaxCrossEntropy.ts';
import type { Emission } from '../emission.ts';
import type { TensorName } from '../onnxGraph.ts';
import { DATA_TYPES } from '../schema.ts';
import { sumOfAll } from './sumOfAll.ts';

/** How much each target counts in the mean. All tensors are [batch, 1, …], so that they broadcast over the classes. */
export interface TargetShares {
  /** The targets as class indices; what is ignored is class 0 here. */
  readonly indices: TensorName;
  /** The weight of the target's class, 0 where ignored, by the sum of these weights. */
  readonly weighted: TensorName;
  /** 1, 0 where ignored, by the same sum. */
  readonly counted: TensorName;
}

/** Without class weights and ignored targets all of this is constant, and ONNX Runtime computes it once. */
export function targetShares(
  { graph, onnx, batchSize }: Emission,
  { classWeights, ignoreLabel }: SoftmaxCrossEntropy,
  targets: TensorName,
): TargetShares {
  const shape = onnx.ints([batchSize, 1, ...targetFormat(graph).shape]);
  let indices = onnx.node('Reshape', [targets, shape]);
  let present = onnx.node('Expand', [onnx.floats(1), shape]);
  if (ignoreLabel !== undefined) {
    const ignored = onnx.node('Equal', [indices, onnx.int32s([ignoreLabel], [])]);
    present = onnx.node('Cast', [onnx.node('Not', [ignored])], { to: DATA_TYPES.float32 });
    indices = onnx.node('Where', [ignored, onnx.int32s([0], []), indices]);
  }
  const weights = classWeights
    ? onnx.node('Mul', [onnx.node('Gather', [onnx.floats(classWeights), indices]), present])
    : present;
  const sum = sumOfAll(onnx, weights);
  // Where nothing counts, all shares are 0 / 1.
  const isZero = onnx.node('Equal', [sum, onnx.floats(0)]);
  const divisor = onnx.node('Where', [isZero, onnx.floats(1), sum]);
  return {
    indices,
    weighted: onnx.node('Div', [weights, divisor]),
    counted: onnx.node('Div', [present, divisor]),
  };
}
