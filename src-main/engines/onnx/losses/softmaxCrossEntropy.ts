import { outputShape } from '../../../graph/graph.ts';
import type { LossEmitter } from './emitter.ts';
import { sumOfAll } from './sumOfAll.ts';
import { targetShares } from './targetShares.ts';

/**
 * With p = softmax(z) and a the share of target t in the mean: loss = Σ a · (log Σ exp z − z_t), gradient = a · (p − one-hot t).
 * Label smoothing s leaves (1 − s) · a to the target, and lets each class c be a target with share b_c = s / classes · weight_c
 * beside it.
 *
 * Without smoothing there are six passes over all classes of all pixels, and no one-hot tensor: the targets' logits are gathered, and
 * their part of the gradient is scattered. (ONNX Runtime's `Softmax` alone takes four times as long, unless its axis is the last.)
 */
export const softmaxCrossEntropy: LossEmitter<'softmaxCrossEntropy'> = (e, loss, logits, targets) => {
  const { onnx } = e;
  const { classWeights, labelSmoothing: smoothing = 0 } = loss;
  const { indices, weighted, counted } = targetShares(e, loss, targets);
  const classAxis = onnx.ints([1]);

  // The largest logit is subtracted first, so that no exponential overflows.
  const shifted = onnx.node('Sub', [logits, onnx.node('ReduceMax', [logits, classAxis])]);
  const exponentials = onnx.node('Exp', [shifted]);
  const total = onnx.node('ReduceSum', [exponentials, classAxis]);
  const logTotal = onnx.node('Log', [total]);
  const ofTarget = onnx.node('GatherElements', [shifted, indices], { axis: 1 });

  const share = smoothing === 0 ? weighted : onnx.node('Mul', [weighted, onnx.floats(1 - smoothing)]);
  let losses = onnx.node('Mul', [share, onnx.node('Sub', [logTotal, ofTarget])]);
  let ofAll = share;
  let spread: string | null = null;
  if (smoothing > 0) {
    const [classes = 1, ...pixels] = outputShape(e.graph);
    const each = Array.from({ length: classes }, (_, c) => (smoothing / classes) * (classWeights?.[c] ?? 1));
    const perClass = onnx.floats(each, [classes, ...pixels.map(() => 1)]);
    const all = onnx.node('Mul', [counted, onnx.floats(each.reduce((sum, b) => sum + b))]);
    const ofClasses = onnx.node('ReduceSum', [onnx.node('Mul', [shifted, perClass]), classAxis]);
    const missed = onnx.node('Sub', [
      onnx.node('Mul', [all, logTotal]),
      onnx.node('Mul', [counted, ofClasses]),
    ]);
    losses = onnx.node('Add', [losses, missed]);
    ofAll = onnx.node('Add', [share, all]);
    spread = onnx.node('Mul', [counted, perClass]);
  }
  const scaled = onnx.node('Mul', [exponentials, onnx.node('Div', [ofAll, total])]);
  const towards = spread === null ? scaled : onnx.node('Sub', [scaled, spread]);
  const gradient = onnx.node('ScatterElements', [towards, indices, onnx.node('Neg', [share])], {
    axis: 1,
    reduction: 'add',
  });
  return { loss: sumOfAll(onnx, losses), gradient };
};
