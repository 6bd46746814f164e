import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src-main/engines/engine.ts';
import { parameterOut } from '../../src-main/engines/tfjs/layout.ts';
import { StateTensors } from '../../src-main/engines/tfjs/stateTensors.ts';
import { createTrainer } from '../../src-main/engines/tfjs/trainer.ts';
import { trainingPass } from '../../src-main/engines/tfjs/trainingPass.ts';
import type { Tensor } from '../../src-main/models/tensors.ts';
import { pureTensorflow } from '../support/pureTensorflow.ts';
import { deviating, deviation, loadFixture } from './fixture.ts';

/*
 * The ONNX engine's tolerances (networks.test.ts), for the same reasons: differences in units of the tensor's largest value, against
 * PyTorch in float64, whose own float32 is up to 2e-5 away in gradients and up to 1.5e-5 after ten steps.
 */
const TOLERANCE = { logits: 1e-5, gradients: 5e-5, statistics: 1e-5, losses: 1e-5, trained: 1e-4 };

describe.each(['resnet18-sgd', 'deeplab18-sgd'])('TensorFlow.js and PyTorch: %s', (name) => {
  it('agree in the first step: loss, logits, every gradient, running statistics', async () => {
    const tf = await pureTensorflow();
    const { graph, batchSize, initial, batches, ...expected } = loadFixture(name);
    const state = new StateTensors(tf, graph, [], initial);
    const learning = [...expected.gradients.keys()];
    const options = { tf, graph, batchSize, seed: 0, state, learning };
    const { loss, logits, gradients } = trainingPass(options, batches[0] as Batch, 0);

    expect(deviation(await loss.data(), expected.losses.slice(0, 1))).toBeLessThan(TOLERANCE.losses);
    expect(deviation(await logits.data(), expected.logits.data)).toBeLessThan(TOLERANCE.logits);
    const named = new Map<string, Tensor>();
    for (const [i, gradient] of gradients.entries())
      named.set(learning[i] as string, await parameterOut(tf, gradient));
    expect(deviating(named, expected.gradients, TOLERANCE.gradients)).toEqual([]);
    expect(deviating(await state.read(), expected.firstStatistics, TOLERANCE.statistics)).toEqual([]);
    tf.dispose([loss, logits, ...gradients]);
    state.dispose();
  });
});

describe('TensorFlow.js and PyTorch: resnet18-adam', () => {
  it('agree after ten steps: losses, every parameter and statistic, inference', async () => {
    const fixture = loadFixture('resnet18-adam');
    const { graph, batchSize, optimizer, groups, initial, batches, learningRate } = fixture;
    const settings = {
      graph,
      batchSize,
      optimizer,
      groups,
      parameters: initial,
      device: 'tensorflow',
    } as const;
    const trainer = await createTrainer(await pureTensorflow(), settings);
    const losses: number[] = [];
    for (let step = 0; step < fixture.losses.length; step++)
      losses.push((await trainer.step(batches[step % batches.length] as Batch, learningRate)).loss);

    expect(deviation(losses, fixture.losses)).toBeLessThan(TOLERANCE.losses);
    expect(deviating(await trainer.state(), fixture.trained, TOLERANCE.trained)).toEqual([]);
    const evaluation = await trainer.evaluate(fixture.allImages, fixture.evaluated);
    expect(deviation(evaluation, fixture.evaluation)).toBeLessThan(TOLERANCE.logits);
    await trainer.dispose();
  });
});
