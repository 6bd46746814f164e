import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import { resnet } from '../../../src-main/models/resnet.ts';
import { createClassifier } from '../../../src-main/engines/onnx/classifier.ts';
import { inferenceModel, readMetadata } from '../../../src-main/engines/onnx/export.ts';
import { OnnxGraph } from '../../../src-main/engines/onnx/onnxGraph.ts';
import { decodeModel } from '../../../src-main/engines/onnx/schema.ts';

const graph = resnet({ depth: 18, width: 4, stages: 2, classes: 3, imageSize: 32 });
const parameters = initialise(graph, Random.from(1));
const metadata = { class_names: '["tumor","stroma","Fett"]', note: 'ärztlich µm' };
const model = inferenceModel(graph, parameters, metadata);

describe('an exported model', () => {
  it('carries its metadata', () => {
    expect(Object.fromEntries(readMetadata(model))).toEqual(metadata);
  });

  it('has no batch norm left, a free batch axis, and the names that others rely on', () => {
    const { graph: onnx, opsetImport } = decodeModel(model);
    expect(new Set(onnx.node.map((node) => node.opType))).toEqual(
      new Set(['Conv', 'Relu', 'MaxPool', 'Add', 'ReduceMean', 'Gemm']),
    );
    const described = [...onnx.input, ...onnx.output].map(({ name, type }) => [
      name,
      type.tensorType.shape.dim.map((axis) => ('dimParam' in axis ? axis.dimParam : axis.dimValue)),
    ]);
    expect(described).toEqual([
      ['images', ['N', 3, 32, 32]],
      ['logits', ['N', 3]],
    ]);
    expect(opsetImport).toEqual([{ domain: '', version: 18 }]);
  });

  it('scores an image the same alone and in a batch', async () => {
    const classifier = await createClassifier({ model, device: 'cpu' });
    const images = Float32Array.from({ length: 5 * 3 * 32 * 32 }, (_, i) => Math.sin(i));
    const five = await classifier.logits(images, 5);
    const third = await classifier.logits(images.slice(2 * 3 * 32 * 32, 3 * 3 * 32 * 32), 1);
    expect(five).toHaveLength(15);
    third.forEach((value, i) => expect(value).toBeCloseTo(five[6 + i] as number, 5));
    await classifier.dispose();
  });

  it('is refused in words when it is damaged, something else, or not there', async () => {
    expect(() => readMetadata(new TextEncoder().encode('not a model'))).toThrow('not an ONNX model');
    expect(() => readMetadata(new Uint8Array(0))).toThrow('not an ONNX model');
    expect(() => readMetadata(model.subarray(0, model.length / 2))).toThrow('not an ONNX model');

    const folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-'));
    const file = path.join(folder, 'notes.onnx');
    await writeFile(file, 'not a model');
    await expect(createClassifier({ model: file, device: 'cpu' })).rejects.toThrow(
      `${file} could not be opened`,
    );
    const other = new OnnxGraph();
    other.input('x', 'float32', [1]);
    other.output('y', other.node('Relu', ['x']), 'float32', [1]);
    await writeFile(file, other.model('other'));
    await expect(createClassifier({ model: file, device: 'cpu' })).rejects.toThrow('not a classifier');
    await rm(folder, { recursive: true });
  });
});
