import { outputShape } from '../../../graph/graph.ts';
import { elements } from '../../../graph/shape.ts';
import type { LossEmitter } from './emitter.ts';

/**
 * From logits z and targets t: loss = mean(max(z, 0) − z·t + log(1 + exp(−|z|))), which neither overflows nor cancels; gradient =
 * (σ(z) − t) / count.
 */
export const binaryCrossEntropy: LossEmitter<'binaryCrossEntropy'> = (e, _loss, logits, targets) => {
  const { onnx } = e;
  const linear = onnx.node('Sub', [onnx.node('Relu', [logits]), onnx.node('Mul', [logits, targets])]);
  const tail = onnx.node('Softplus', [onnx.node('Neg', [onnx.node('Abs', [logits])])]);
  const difference = onnx.node('Sub', [onnx.node('Sigmoid', [logits]), targets]);
  const share = 1 / (e.batchSize * elements(outputShape(e.graph)));
  return {
    loss: onnx.node('ReduceMean', [onnx.node('Add', [linear, tail])], { keepdims: 0 }),
    gradient: onnx.node('Mul', [difference, onnx.floats(share)]),
  };
};
