import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { createClassifier } from '../../src-main/engines/onnx/classifier.ts';
import { inferenceModel } from '../../src-main/engines/onnx/export.ts';
import { createTrainer } from '../../src-main/engines/onnx/trainer.ts';
import type { Batch } from '../../src-main/engines/engine.ts';
import type { Tensors } from '../../src-main/models/tensors.ts';
import { deviating, deviation, loadFixture } from './fixture.ts';
import { oneStep } from './oneStep.ts';

/*
 * Every tolerance is a difference in units of the tensor's largest value, against PyTorch in float64. What PyTorch's own float32
 * deviates from that is in the fixtures (`float32Deviation`) and named here; the engine deviates as much, and a processor that
 * sums in another order somewhat more.
 */
const TOLERANCE = {
  /** PyTorch's float32: 2e-6. */
  logits: 1e-5,
  /** PyTorch's float32: up to 2e-5, through 36 batch norms. */
  gradients: 5e-5,
  /** PyTorch's float32: 1e-6. */
  statistics: 1e-5,
  /** PyTorch's float32 after ten steps: up to 1.5e-5, since Adam divides small gradients by their own size. */
  trained: 1e-4,
  /** PyTorch's float32: 4e-7. */
  losses: 1e-5,
  evaluation: 1e-5,
};

describe.each(['resnet18-sgd', 'resnet18-adam', 'resnet34-sgd'])('%s agrees with PyTorch', (name) => {
  const fixture = loadFixture(name);
  const { graph, initial, batches, batchSize, optimizer } = fixture;

  async function trained(use: (trainer: Awaited<ReturnType<typeof createTrainer>>) => Promise<void>) {
    const trainer = await createTrainer({ graph, batchSize, optimizer, parameters: initial, device: 'cpu' });
    const losses: number[] = [];
    for (let step = 0; step < fixture.losses.length; step++) {
      const batch = batches[step % batches.length] as Batch;
      losses.push((await trainer.step(batch, fixture.learningRate)).loss);
    }
    await use(trainer);
    await trainer.dispose();
    return losses;
  }

  it('has the same parameters by the same names and shapes', () => {
    const shapes = (tensors: Iterable<readonly [string, { shape: readonly number[] }]>) =>
      [...tensors].map(([key, { shape }]) => `${key} ${shape.join('x')}`);
    expect(shapes(graph.parameters.map((p) => [p.name, p] as const))).toEqual(shapes(initial));
  });

  it('in the first step: logits, loss, every gradient, running statistics', async () => {
    const step = await oneStep({ graph, batchSize: fixture.batchSize }, initial, batches[0] as Batch);
    expect(deviation(step.logits, fixture.logits.data)).toBeLessThan(TOLERANCE.logits);
    expect(step.loss).toBeCloseTo(fixture.losses[0] as number, 5);
    expect(deviating(step.gradients, fixture.gradients, TOLERANCE.gradients)).toEqual([]);
    expect(deviating(step.statistics, fixture.firstStatistics, TOLERANCE.statistics)).toEqual([]);
  });

  it('after ten steps: losses, every parameter and statistic, inference', async () => {
    const losses = await trained(async (trainer) => {
      expect(deviating(await trainer.state(), fixture.trained, TOLERANCE.trained)).toEqual([]);
      const logits = await trainer.evaluate(fixture.allImages, fixture.evaluated);
      expect(deviation(logits, fixture.evaluation)).toBeLessThan(TOLERANCE.evaluation);
    });
    expect(deviation(losses, fixture.losses)).toBeLessThan(TOLERANCE.losses);
  });

  it('exports a model that scores the same in a plain session and in the classifier', async () => {
    await trained(async (trainer) => {
      const state: Tensors = await trainer.state();
      const model = inferenceModel(graph, state, { class_names: '["a"]' });
      const images = fixture.allImages.slice(0, fixture.evaluated * 3 * fixture.imageSize ** 2);
      const expected = await trainer.evaluate(images, fixture.evaluated);

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
});
