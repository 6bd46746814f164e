import { bilinearMatrix } from '../../../graph/bilinear.ts';
import { imageShape } from '../../../graph/shape.ts';
import type { OnnxGraph, TensorName } from '../onnxGraph.ts';
import type { Emitter } from './emitter.ts';

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly values: readonly number[];
}

/**
 * Two products with constant matrices, which every device and batch size can do: y = A_h · x · A_wᵀ, and dx = A_hᵀ · dy · A_w. On
 * the CPU this is faster than `Resize`, which ONNX gives no gradient.
 */
export const resizeBilinear: Emitter<'resizeBilinear'> = (e, node) => {
  const input = node.inputs[0] as string;
  const [from, to] = [imageShape(e.shape(input), node.name), imageShape(node.shape, node.name)];
  const vertical = interpolation(from.height, to.height, node.alignCorners);
  const horizontal = interpolation(from.width, to.width, node.alignCorners);
  const resized = between(e.onnx, vertical, e.value(input, 'nchw'), transposed(horizontal));
  e.define(node.name, resized, 'nchw');
  return () => {
    const dy = e.gradient(node.name, 'nchw');
    e.addGradient(input, between(e.onnx, transposed(vertical), dy, horizontal), 'nchw');
  };
};

function interpolation(from: number, to: number, alignCorners: boolean): Matrix {
  return { rows: to, columns: from, values: [...bilinearMatrix(from, to, alignCorners)] };
}

function transposed({ rows, columns, values }: Matrix): Matrix {
  const turned = values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0);
  return { rows: columns, columns: rows, values: turned };
}

/** left · images · right for every channel of `images` [N, C, left.columns, right.rows], in the order of fewer multiplications. */
function between(onnx: OnnxGraph, left: Matrix, images: TensorName, right: Matrix): TensorName {
  const [a, b] = [left, right].map(({ values, rows, columns }) => onnx.floats(values, [rows, columns])) as [
    string,
    string,
  ];
  const leftFirst = left.rows * right.rows * (left.columns + right.columns);
  const rightFirst = left.columns * right.columns * (right.rows + left.rows);
  return leftFirst < rightFirst
    ? onnx.node('MatMul', [onnx.node('MatMul', [a, images]), b])
    : onnx.node('MatMul', [a, onnx.node('MatMul', [images, b])]);
}
