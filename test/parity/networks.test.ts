import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createClassifier } from '../../src-main/engines/onnx/classifier.ts';
import { inferenceModel } from '../../src-main/engines/onnx/export.ts';
import { expectFirstStep, expectTenSteps, tenSteps } from './agreement.ts';
import { CASES, deviation, loadFixture } from './fixture.ts';

describe.each(CASES)('%s agrees with PyTorch', (name) => {
  const fixture = loadFixture(name);
  const { graph, initial } = fixture;

  it('has the same parameters by the same names and shapes', () => {
    const shapes = (tensors: Iterable<readonly [string, { shape: readonly number[] }]>) =>
      [...tensors].map(([key, { shape }]) => `${key} ${shape.join('x')}`);
    expect(shapes(graph.parameters.map((p) => [p.name, p] as const))).toEqual(shapes(initial));
  });

  it('in the first step: logits, loss, every gradient, running statistics', () => expectFirstStep(fixture));

  it('after ten steps: losses, every parameter and statistic, inference', () => expectTenSteps(fixture));

  it('exports a model that scores the same in a plain session and in the classifier', async () => {
    const { state, evaluation: expected } = await tenSteps(fixture);
    const model = inferenceModel(graph, state, { class_names: '["a"]' });
    const images = fixture.allImages.slice(0, fixture.evaluated * 3 * fixture.imageSize ** 2);

    const session = await ort.InferenceSession.create(model);
    const shape = [fixture.evaluated, 3, fixture.imageSize, fixture.imageSize];
    const plain = await session.run({ images: new ort.Tensor('float32', images, shape) });
    expect(deviation(plain['logits']?.data as Float32Array, expected)).toBeLessThan(1e-4);
    await session.release();

    const classifier = await createClassifier({ model, device: 'cpu' });
    expect(deviation(await classifier.logits(images, fixture.evaluated), expected)).toBeLessThan(1e-4);
    await classifier.dispose();
  });
});
