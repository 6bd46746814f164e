import ort from 'onnxruntime-node';
import type { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { openNativeSession } from '../../../src-main/engines/onnx/native/session.ts';
import { OnnxGraph } from '../../../src-main/engines/onnx/onnxGraph.ts';
import { openSession } from '../../../src-main/engines/onnx/session.ts';

const SIDE = 64;

/** y = x · x + n, where n are whole numbers made real. */
function model(): Uint8Array {
  const onnx = new OnnxGraph();
  const x = onnx.input('x', 'float32', [SIDE, SIDE]);
  const n = onnx.node('Cast', [onnx.input('n', 'int32', [SIDE])], { to: 1 });
  onnx.output('y', onnx.node('Add', [onnx.node('MatMul', [x, x]), n]), 'float32', [SIDE, SIDE]);
  return onnx.model('test');
}

function tensors() {
  const random = Random.from(1, 'native session');
  const x = Float32Array.from({ length: SIDE * SIDE }, () => random.normal());
  const n = Int32Array.from({ length: SIDE }, (_, i) => i);
  return {
    feeds: { x: new ort.Tensor('float32', x, [SIDE, SIDE]), n: new ort.Tensor('int32', n, [SIDE]) },
    y: new ort.Tensor('float32', new Float32Array(SIDE * SIDE), [SIDE, SIDE]),
  };
}

describe('a native session', () => {
  it('writes into the memory it is given, bit for bit what onnxruntime-node computes', async () => {
    const { feeds, y } = tensors();
    const memory = y.data;
    const native = openNativeSession(model(), 2, {});
    await native.run(feeds, { y });
    native.release();
    const session = await openSession(model(), { device: 'cpu', threads: 2 });
    const expected = (await session.run(feeds))['y'] as Tensor;
    await session.release();
    expect(y.data).toBe(memory);
    expect(y.data).toEqual(expected.data);
  });

  it('leaves the event loop free while it computes', async () => {
    const side = 512; // twenty products take some 20 ms and more; the event loop turns at once
    const onnx = new OnnxGraph();
    const x = onnx.input('x', 'float32', [side, side]);
    let product = x;
    for (let i = 0; i < 20; i++) product = onnx.node('MatMul', [product, x]);
    onnx.output('y', product, 'float32', [side, side]);
    const native = openNativeSession(onnx.model('slow'), 1, {});
    const zeros = () => new ort.Tensor('float32', new Float32Array(side * side), [side, side]);
    const order: string[] = [];
    const run = native.run({ x: zeros() }, { y: zeros() }).then(() => order.push('run'));
    await new Promise(setImmediate);
    order.push('event loop');
    await run;
    native.release();
    expect(order).toEqual(['event loop', 'run']);
  });

  it('says what is wrong with a model or an input', async () => {
    expect(() => openNativeSession(new Uint8Array(10), 1, {})).toThrow(/protobuf parsing failed/);
    const { feeds, y } = tensors();
    const native = openNativeSession(model(), 1, {});
    await expect(native.run({ x: feeds.x }, { y })).rejects.toThrow(/n/);
    await expect(native.run({ ...feeds, z: feeds.x }, { y })).rejects.toThrow(/Invalid input name: z/);
    const short = new ort.Tensor('float32', new Float32Array(SIDE), [SIDE]);
    await expect(native.run(feeds, { y: short })).rejects.toThrow(/Invalid rank for output: y/);
    native.release();
  });
});
