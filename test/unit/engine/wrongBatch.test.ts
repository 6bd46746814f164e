import { describe, expect, it } from 'vitest';
import { Random } from '../../../src-main/base/random.ts';
import type { Batch, TrainerOptions } from '../../../src-main/engines/engine.ts';
import { createTrainer as createOnnxTrainer } from '../../../src-main/engines/onnx/trainer.ts';
import { createTrainer as createTensorflowTrainer } from '../../../src-main/engines/tfjs/trainer.ts';
import { GraphBuilder } from '../../../src-main/graph/graphBuilder.ts';
import { initialise } from '../../../src-main/graph/initialise.ts';
import type { Loss } from '../../../src-main/graph/losses/loss.ts';
import { dense } from '../../../src-main/graph/ops/dense.ts';
import { globalAveragePool } from '../../../src-main/graph/ops/globalAveragePool.ts';
import { pureTensorflow } from '../../support/pureTensorflow.ts';

/** Two passes of two images of 2 x 2 pixels, into three classes. */
const [PIXELS, STEP] = [3 * 2 * 2, 4];
const images = new Float32Array(STEP * PIXELS).fill(0.5);
const classes = Int32Array.of(0, 1, 2, 0);

const engines = {
  onnx: (options: Omit<TrainerOptions, 'device'>) => createOnnxTrainer({ ...options, device: 'cpu' }),
  tfjs: async (options: Omit<TrainerOptions, 'device'>) =>
    createTensorflowTrainer(await pureTensorflow(), { ...options, device: 'tensorflow' }),
};

describe.each(['onnx', 'tfjs'] as const)('the engine %s', (engine) => {
  function open(loss: Loss) {
    const builder = new GraphBuilder([3, 2, 2]);
    const graph = builder.finish(
      dense(builder, 'fc', globalAveragePool(builder, 'pool', builder.input), 3),
      loss,
    );
    const parameters = initialise(graph, Random.from(1));
    const optimizer = { kind: 'sgd', momentum: 0, weightDecay: 0 } as const;
    return engines[engine]({ graph, parameters, optimizer, batchSize: 2, accumulate: 2 });
  }

  const ofClasses: [string, Batch, string][] = [
    ['too few targets', { images, targets: classes.slice(1) }, 'made for 4 images per step'],
    ['the images of one pass', { images: images.slice(2 * PIXELS), targets: classes }, 'made for 4 images'],
    ['a class that is not there', { images, targets: Int32Array.of(0, 1, 3, 0) }, 'target 2 is class 3'],
    ['a negative class', { images, targets: Int32Array.of(0, -1, 2, 0) }, 'target 1 is class -1'],
    ['numbers for classes', { images, targets: new Float32Array(STEP) }, 'needs int32 targets'],
  ];

  it.each(ofClasses)('refuses %s, and takes the next step', async (_, wrong, reason) => {
    const trainer = await open({ kind: 'softmaxCrossEntropy', ignoreLabel: 255 });
    await expect(trainer.step(wrong, 1)).rejects.toThrow(reason);
    const { loss } = await trainer.step({ images, targets: Int32Array.of(0, 255, 2, 0) }, 1);
    expect(loss).toBeGreaterThan(0);
    await trainer.dispose();
  });

  it('refuses classes where the loss needs numbers', async () => {
    const trainer = await open({ kind: 'binaryCrossEntropy' });
    const wrong = { images, targets: new Int32Array(3 * STEP) };
    await expect(trainer.step(wrong, 1)).rejects.toThrow('needs float32 targets');
    await trainer.dispose();
  });

  it('refuses to evaluate more images than there are', async () => {
    const trainer = await open({ kind: 'binaryCrossEntropy' });
    await expect(trainer.evaluate(images, STEP + 1)).rejects.toThrow('5 images were to be evaluated, got 4');
    await trainer.dispose();
  });
});
