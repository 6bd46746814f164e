import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { OnnxGraph, type TensorName } from '../../../src-main/engines/onnx/onnxGraph.ts';
import { decodeModel } from '../../../src-main/engines/onnx/schema.ts';
import { openSession } from '../../../src-main/engines/onnx/session.ts';

type Build = (onnx: OnnxGraph, tensors: { a: TensorName; b: TensorName; t: TensorName }) => TensorName;

/** The operators of the model, and y for a = [[1, 2], [3, 4]], b = the same, t = [[10, 20], [30, 40]]. */
async function compiled(build: Build) {
  const onnx = new OnnxGraph();
  const input = (name: string) => onnx.input(name, 'float32', [2, 2]);
  onnx.output('y', build(onnx, { a: input('a'), b: input('b'), t: input('t') }), 'float32', [2, 2]);
  const model = onnx.model('test');
  const tensor = (...values: number[]) => new ort.Tensor('float32', Float32Array.from(values), [2, 2]);
  const session = await openSession(model, { device: 'cpu', threads: 1 });
  const feeds = { a: tensor(1, 2, 3, 4), b: tensor(1, 2, 3, 4), t: tensor(10, 20, 30, 40) };
  const y = (await session.run(feeds))['y']?.data as Float32Array;
  await session.release();
  return { ops: decodeModel(model).graph.node.map(({ opType }) => opType), y: [...y] };
}

describe('foldIntoGemm', () => {
  it('folds a multiple of a tensor into the product', async () => {
    const { ops, y } = await compiled((onnx, { a, b, t }) =>
      onnx.node('Add', [onnx.node('Gemm', [a, b]), onnx.node('Mul', [t, onnx.floats(0.5)])]),
    );
    expect(ops).toEqual(['Gemm']);
    expect(y).toEqual([7 + 5, 10 + 10, 15 + 15, 22 + 20]);
  });

  it('into the first part of a product that is summed up in parts', async () => {
    const { ops, y } = await compiled((onnx, { a, b, t }) => {
      const parts = onnx.node('Gemm', [a, b, onnx.node('Gemm', [a, b], { transB: 1 })]);
      return onnx.node('Add', [onnx.node('Mul', [t, onnx.floats(2)]), parts]);
    });
    expect(ops).toEqual(['Gemm', 'Gemm']);
    expect(y).toEqual([7 + 5 + 20, 10 + 11 + 40, 15 + 11 + 60, 22 + 25 + 80]);
  });

  it('leaves a product alone that somebody else reads', async () => {
    const { ops, y } = await compiled((onnx, { a, b, t }) => {
      const product = onnx.node('Gemm', [a, b]);
      const sum = onnx.node('Add', [product, onnx.node('Mul', [t, onnx.floats(2)])]);
      return onnx.node('Sub', [sum, product]);
    });
    expect(ops).toEqual(['Gemm', 'Mul', 'Add', 'Sub']);
    expect(y).toEqual([20, 40, 60, 80]);
  });

  it('leaves a multiple alone whose factor is known only at run time', async () => {
    const { ops } = await compiled((onnx, { a, b, t }) =>
      onnx.node('Add', [onnx.node('Gemm', [a, b]), onnx.node('Mul', [t, a])]),
    );
    expect(ops).toEqual(['Gemm', 'Mul', 'Add']);
  });
});
