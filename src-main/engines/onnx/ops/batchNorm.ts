import type { BatchNorm } from '../../../graph/ops/batchNorm.ts';
import { imageShape } from '../../../graph/shape.ts';
import type { Emission } from '../emission.ts';
import type { Layout } from '../layout.ts';
import type { TensorName } from '../onnxGraph.ts';
import type { Backward, Emitter } from './emitter.ts';

export const batchNorm: Emitter<'batchNorm'> = (e, node) =>
  e.training && !node.frozen ? train(e, node) : evaluate(e, node);

/** y = x · scale + shift with the running statistics; backward only where they are frozen in training. */
function evaluate(e: Emission, node: BatchNorm): Backward {
  const { onnx } = e;
  const { input, layout } = source(e, node);
  const { weight, bias, mean, variance } = names(node);
  const std = deviation(e, variance, node);
  const scale = onnx.node('Div', [weight, std]);
  const shift = onnx.node('Sub', [bias, onnx.node('Mul', [mean, scale])]);
  const x = e.value(input, layout);
  const scaled = onnx.node('Mul', [x, broadcast(e, scale, layout)]);
  e.define(node.name, onnx.node('Add', [scaled, broadcast(e, shift, layout)]), layout);
  return () => {
    const dy = e.gradient(node.name, layout);
    if (e.learns(bias)) e.weightGradients.set(bias, sum(e, dy, node, layout));
    if (e.learns(weight)) {
      const difference = onnx.node('Sub', [x, broadcast(e, mean, layout)]);
      const product = sum(e, onnx.node('Mul', [dy, difference]), node, layout);
      e.weightGradients.set(weight, onnx.node('Div', [product, std]));
    }
    if (e.needsGradient(input))
      e.addGradient(input, onnx.node('Mul', [dy, broadcast(e, scale, layout)]), layout);
  };
}

/**
 * The variance is taken from the differences to the mean, not as E[x²] − E[x]²: a channel that is almost constant over
 * the batch (blank tiles) would lose all its digits in that subtraction.
 */
function train(e: Emission, node: BatchNorm): Backward {
  const { onnx } = e;
  const { input, layout } = source(e, node);
  const { weight, bias, mean: runningMean, variance: runningVariance } = names(node);
  const count = valuesPerChannel(e, node);
  const x = e.value(input, layout);

  const mean = onnx.node('Mul', [sum(e, x, node, layout), onnx.floats(1 / count)]);
  const difference = onnx.node('Sub', [x, broadcast(e, mean, layout)]);
  const squares = sumOfSquares(e, difference, node, layout);
  const variance = onnx.node('Mul', [squares, onnx.floats(1 / count)]);
  const std = deviation(e, variance, node);
  const scale = onnx.node('Div', [weight, std]);
  const scaled = onnx.node('Mul', [difference, broadcast(e, scale, layout)]);
  e.define(node.name, onnx.node('Add', [scaled, broadcast(e, bias, layout)]), layout);

  const moved = (running: TensorName, batch: TensorName, share: number) =>
    onnx.node('Add', [
      onnx.node('Mul', [running, onnx.floats(1 - node.momentum)]),
      onnx.node('Mul', [batch, onnx.floats(share)]),
    ]);
  e.newStatistics.set(runningMean, moved(runningMean, mean, node.momentum));
  // The running variance is the unbiased one; the batch is normalised with the biased one. So does PyTorch.
  e.newStatistics.set(runningVariance, moved(runningVariance, squares, node.momentum / (count - 1)));

  // With d = x − mean: dx = scale · (dy − mean(dy) − d · mean(dy · d) / variance).
  return () => {
    const dy = e.gradient(node.name, layout);
    const biasGradient = sum(e, dy, node, layout);
    const product = sum(e, onnx.node('Mul', [dy, difference]), node, layout);
    if (e.learns(bias)) e.weightGradients.set(bias, biasGradient);
    if (e.learns(weight)) e.weightGradients.set(weight, onnx.node('Div', [product, std]));
    if (!e.needsGradient(input)) return;
    const slope = onnx.node('Mul', [
      onnx.node('Div', [product, onnx.node('Mul', [std, std])]),
      onnx.floats(1 / count),
    ]);
    const offset = onnx.node('Mul', [biasGradient, onnx.floats(1 / count)]);
    const along = onnx.node('Mul', [difference, broadcast(e, slope, layout)]);
    const centred = onnx.node('Sub', [onnx.node('Sub', [dy, along]), broadcast(e, offset, layout)]);
    e.addGradient(input, onnx.node('Mul', [centred, broadcast(e, scale, layout)]), layout);
  };
}

function source(e: Emission, node: BatchNorm): { input: string; layout: Layout } {
  const input = node.inputs[0] as string;
  return { input, layout: e.layoutOf(input) };
}

function names(node: BatchNorm) {
  const { name } = node;
  return {
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    mean: `${name}.running_mean`,
    variance: `${name}.running_var`,
  };
}

/** Σ x² per channel, [C]. */
function sumOfSquares(e: Emission, tensor: TensorName, node: BatchNorm, layout: Layout): TensorName {
  const { onnx } = e;
  return layout === 'rows'
    ? sum(e, onnx.node('Mul', [tensor, tensor]), node, layout)
    : onnx.node('ReduceSumSquare', [tensor, axes(e, layout)], { keepdims: 0 });
}

function valuesPerChannel(e: Emission, node: BatchNorm): number {
  const { height, width } = imageShape(node.shape, node.name);
  return e.batchSize * height * width;
}

/** sqrt(variance + epsilon), [C]. */
function deviation(e: Emission, variance: TensorName, node: BatchNorm): TensorName {
  return e.onnx.node('Sqrt', [e.onnx.node('Add', [variance, e.onnx.floats(node.epsilon)])]);
}

/** A [C] vector in the shape that broadcasts over a value. */
function broadcast(e: Emission, vector: TensorName, layout: Layout): TensorName {
  return layout === 'rows' ? vector : e.onnx.node('Reshape', [vector, e.onnx.ints([-1, 1, 1])]);
}

function axes(e: Emission, layout: Layout): TensorName {
  return e.onnx.ints(layout === 'rows' ? [0] : [0, 2, 3]);
}

/** Sum per channel, [C]. Over rows a product with ones is three times as fast as a reduction. */
function sum(e: Emission, tensor: TensorName, node: BatchNorm, layout: Layout): TensorName {
  const { onnx } = e;
  if (layout === 'nchw') return onnx.node('ReduceSum', [tensor, axes(e, layout)], { keepdims: 0 });
  const count = valuesPerChannel(e, node);
  const ones = onnx.floats(new Array<number>(count).fill(1), [1, count]);
  return onnx.node('Reshape', [onnx.node('MatMul', [ones, tensor]), onnx.ints([-1])]);
}
