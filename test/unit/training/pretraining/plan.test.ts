import { describe, expect, it } from 'vitest';
import { pretrainPreset, presetConfig } from '../../../../src-main/contract/pretrainPresets.ts';
import { PretrainConfig } from '../../../../src-main/contract/values/pretraining.ts';
import { learntClasses } from '../../../../src-main/data/voc/learntClasses.ts';
import { validationSide } from '../../../../src-main/data/voc/validationSide.ts';
import { isBetterValidation } from '../../../../src-main/training/pretraining/bestValidation.ts';
import {
  isValidated,
  pretrainingOrder,
  validationPlan,
} from '../../../../src-main/training/pretraining/plan.ts';
import { pretrainFingerprint } from '../../../../src-main/training/pretraining/pretrainState.ts';

describe('the presets', () => {
  it.each(['paper', 'quick'] as const)(
    '“%s” is a valid configuration whose every value has a reason',
    (name) => {
      for (const kind of ['segmentation', 'classification'] as const) {
        const config = presetConfig(name, kind, 3);
        expect(PretrainConfig.parse(config)).toEqual(config);
        for (const [key, { why, source }] of Object.entries(pretrainPreset(name, kind))) {
          expect(why, key).not.toBe('');
          expect(['paper', 'public trainers', 'ours']).toContain(source);
        }
      }
    },
  );

  it('“paper” is the paper’s recipe, and says which values the paper does not state', () => {
    expect(presetConfig('paper', 'segmentation', 3)).toMatchObject({
      ...{ architecture: 'resnet34', width: 64, cropSize: 321, iterations: 40_000, batchSize: 10 },
      optimizer: { kind: 'sgd', learningRate: 2.5e-4, momentum: 0.9, weightDecay: 5e-4 },
      schedule: { kind: 'poly', power: 0.9 },
      ...{ rescale: [0.5, 1.5], flip: true, headLearningRateFactor: 10, init: { kind: 'random' } },
    });
    const { batchSize, headLearningRateFactor, optimizer } = pretrainPreset('paper', 'segmentation');
    expect([batchSize.source, headLearningRateFactor.source]).toEqual(['public trainers', 'public trainers']);
    expect(optimizer.source).toBe('paper');
  });
});

describe('the plan of a pre-training', () => {
  it('shows every image once before any twice, whatever the iterations are cut into', () => {
    const order = pretrainingOrder({ seed: 4, batchSize: 2, accumulate: 3 }, 12);
    const indices = [0, 1].flatMap((iteration) => [...order(iteration).indices]);
    expect(indices.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(order(2).indices).not.toEqual(order(0).indices);
    expect(pretrainingOrder({ seed: 4, batchSize: 6, accumulate: 1 }, 12)(1)).toEqual(order(1));
  });

  it('draws the images of the validations once, and up to six pictures among them', () => {
    const all = Array.from({ length: 40 }, (_, i) => ({ id: i + 1 }));
    const plan = validationPlan({ seed: 1, validationImages: 10 }, all);
    expect(plan).toEqual(validationPlan({ seed: 1, validationImages: 10 }, all));
    expect(plan.images).toHaveLength(10);
    expect(plan.pictured.size).toBe(6);
    for (const id of plan.pictured) expect(plan.images.map((image) => image.id)).toContain(id);
    expect(validationPlan({ seed: 1, validationImages: null }, all).images).toHaveLength(40);
    expect(validationPlan({ seed: 1, validationImages: 10 }, all.slice(0, 4)).pictured.size).toBe(4);
  });

  it('validates after every so many iterations and at the end', () => {
    const config = { validateEvery: 4, iterations: 10 };
    const validated = Array.from({ length: 11 }, (_, i) => i).filter((i) => isValidated(i, config));
    expect(validated).toEqual([4, 8, 10]);
  });

  it('takes a higher score for better, at a tie a lower loss', () => {
    const best = { score: 0.5, loss: 1 };
    expect(isBetterValidation({ score: 0.1, loss: 9 }, null)).toBe(true);
    expect(isBetterValidation({ score: 0.6, loss: 9 }, best)).toBe(true);
    expect(isBetterValidation({ score: 0.4, loss: 0 }, best)).toBe(false);
    expect(isBetterValidation({ score: 0.5, loss: 0.9 }, best)).toBe(true);
    expect(isBetterValidation(best, best)).toBe(false);
  });

  it('fits the largest image into a multiple of 8 plus 1', () => {
    expect(validationSide([{ width: 480, height: 360 }])).toBe(481);
    expect(
      validationSide([
        { width: 100, height: 505 },
        { width: 505, height: 20 },
      ]),
    ).toBe(505);
    expect(validationSide([{ width: 506, height: 1 }])).toBe(513);
  });

  it('learns the background as a class of pixels only', () => {
    expect(learntClasses('segmentation', ['background', 'cat'])).toEqual(['background', 'cat']);
    expect(learntClasses('classification', ['background', 'cat'])).toEqual(['cat']);
  });

  it('continues the checkpoints of the same settings and images, on any device and in any folder', () => {
    const spec = {
      config: presetConfig('quick', 'segmentation', 1),
      classNames: ['background', 'cat'],
      train: [],
      val: [],
    };
    const print = pretrainFingerprint(spec);
    expect(pretrainFingerprint({ ...spec, config: { ...spec.config, device: 'webgpu' } })).toBe(print);
    expect(pretrainFingerprint({ ...spec, config: { ...spec.config, seed: 2 } })).not.toBe(print);
    expect(pretrainFingerprint({ ...spec, classNames: ['background', 'dog'] })).not.toBe(print);
  });
});
