import { classCount } from '../../../graph/graph.ts';
import type { LossEmitter } from './emitter.ts';

/** With p = softmax(z) and the one-hot targets t: loss = mean(log Σ exp z − z·t), gradient = (p − t) / batch. */
export const softmaxCrossEntropy: LossEmitter<'softmaxCrossEntropy'> = (e, _loss, logits, targets) => {
  const { onnx } = e;
  const classes = classCount(e.graph);
  const classAxis = onnx.ints([1]);
  const indices = onnx.int32s([...Array(classes).keys()], [1, classes]);
  const isTarget = onnx.node('Equal', [onnx.node('Reshape', [targets, onnx.ints([-1, 1])]), indices]);
  const oneHot = onnx.node('Cast', [isTarget], { to: 1 });

  // The largest logit is subtracted first, so that no exponential overflows.
  const shifted = onnx.node('Sub', [logits, onnx.node('ReduceMax', [logits, classAxis])]);
  const exponentials = onnx.node('Exp', [shifted]);
  const total = onnx.node('ReduceSum', [exponentials, classAxis]);
  const ofTarget = onnx.node('ReduceSum', [onnx.node('Mul', [shifted, oneHot]), classAxis]);
  const losses = onnx.node('Sub', [onnx.node('Log', [total]), ofTarget]);
  const difference = onnx.node('Sub', [onnx.node('Div', [exponentials, total]), oneHot]);
  return {
    loss: onnx.node('ReduceMean', [losses], { keepdims: 0 }),
    gradient: onnx.node('Mul', [difference, onnx.floats(1 / e.batchSize)]),
  };
};
