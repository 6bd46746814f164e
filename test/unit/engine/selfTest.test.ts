import { expect, it } from 'vitest';
import { createTrainer } from '../../../src-main/engines/createTrainer.ts';
import { selfTest } from '../../../src-main/engines/selfTest.ts';

/** The processor under another name, whose logits in evaluation mode are wrong in one place. */
function wrongBy(change: (logit: number) => number, only: 'classification' | 'segmentation') {
  return async (options: Parameters<typeof createTrainer>[0]) => {
    const trainer = await createTrainer({ ...options, device: 'cpu' });
    const isClassifier = options.graph.parameters.some(({ name }) => name === 'fc.weight');
    if (options.device === 'cpu' || isClassifier !== (only === 'classification')) return trainer;
    return Object.assign(Object.create(trainer) as typeof trainer, {
      step: trainer.step.bind(trainer),
      dispose: trainer.dispose.bind(trainer),
      evaluate: async (...given: Parameters<typeof trainer.evaluate>) => {
        const logits = await trainer.evaluate(...given);
        const largest = logits.reduce((most, value, i) => (value > (logits[most] ?? 0) ? i : most), 0);
        logits[largest] = change(logits[largest] ?? 0);
        return logits;
      },
    });
  };
}

it('agrees with a device that computes the same', async () => {
  expect(
    await selfTest(
      'webgpu',
      wrongBy((logit) => logit, 'classification'),
    ),
  ).toBeNull();
});

it('notices a single logit that is wrong by half a percent, and where', async () => {
  expect(
    await selfTest(
      'webgpu',
      wrongBy((logit) => logit * 1.005, 'classification'),
    ),
  ).toMatch(/^its results in classification differ from the processor’s by 0\.\d+ %$/);
  expect(
    await selfTest(
      'webgpu',
      wrongBy((logit) => logit * 1.005, 'segmentation'),
    ),
  ).toContain('segmentation');
});

it('takes no number for an answer that is none', async () => {
  expect(
    await selfTest(
      'webgpu',
      wrongBy(() => Number.NaN, 'segmentation'),
    ),
  ).toContain('NaN %');
});
