import { expect } from 'vitest';
import type { Batch } from '../../src-main/engines/engine.ts';
import { createTrainer } from '../../src-main/engines/onnx/trainer.ts';
import type { Tensors } from '../../src-main/models/tensors.ts';
import { deviating, deviation, type loadFixture } from './fixture.ts';
import { oneStep } from './oneStep.ts';

type Fixture = ReturnType<typeof loadFixture>;

/*
 * Every tolerance is a difference in units of the tensor's largest value, against PyTorch in float64. What PyTorch's own float32
 * deviates from that is in the fixtures (`float32Deviation`) and named here; the engine deviates as much, and a processor that
 * sums in another order somewhat more.
 */
const TOLERANCE = {
  /** PyTorch's float32: 3e-6. */
  logits: 1e-5,
  /** PyTorch's float32: up to 2e-5, through 36 batch norms. */
  gradients: 5e-5,
  /** PyTorch's float32: 2e-6. */
  statistics: 1e-5,
  /** PyTorch's float32 after ten steps: up to 1.5e-5, since Adam divides small gradients by their own size. */
  trained: 1e-4,
  /** PyTorch's float32: 4e-7. */
  losses: 1e-5,
  evaluation: 1e-5,
};

/** Logits, loss, every gradient and the running statistics of the first step. */
export async function expectFirstStep(fixture: Fixture): Promise<void> {
  const { graph, batchSize, initial, batches } = fixture;
  const step = await oneStep({ graph, batchSize }, initial, batches[0] as Batch);
  expect(deviation(step.logits, fixture.logits.data)).toBeLessThan(TOLERANCE.logits);
  expect(step.loss).toBeCloseTo(fixture.losses[0] as number, 5);
  expect(deviating(step.gradients, fixture.gradients, TOLERANCE.gradients)).toEqual([]);
  expect(deviating(step.statistics, fixture.firstStatistics, TOLERANCE.statistics)).toEqual([]);
}

/** Losses, parameters, statistics and inference after ten steps. */
export async function expectTenSteps(fixture: Fixture): Promise<void> {
  const { losses, state, evaluation } = await tenSteps(fixture);
  expect(deviating(state, fixture.trained, TOLERANCE.trained)).toEqual([]);
  expect(deviation(evaluation, fixture.evaluation)).toBeLessThan(TOLERANCE.evaluation);
  expect(deviation(losses, fixture.losses)).toBeLessThan(TOLERANCE.losses);
}

/** What the engine makes of the fixture. */
export async function tenSteps(
  fixture: Fixture,
): Promise<{ losses: number[]; state: Tensors; evaluation: Float32Array }> {
  const { graph, groups, initial, batches, batchSize, optimizer } = fixture;
  const trainer = await createTrainer({
    graph,
    batchSize,
    optimizer,
    groups,
    parameters: initial,
    device: 'cpu',
  });
  try {
    const losses: number[] = [];
    for (let step = 0; step < fixture.losses.length; step++) {
      const batch = batches[step % batches.length] as Batch;
      losses.push((await trainer.step(batch, fixture.learningRate)).loss);
    }
    const evaluation = await trainer.evaluate(fixture.allImages, fixture.evaluated);
    return { losses, state: await trainer.state(), evaluation };
  } finally {
    await trainer.dispose();
  }
}
