import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addPretrainOptions,
  pretrainConfig,
  type PretrainOptions,
} from '../../../src-main/cli/pretrainOptions.ts';
import { presetConfig } from '../../../src-main/contract/pretrainPresets.ts';
import { PretrainConfig } from '../../../src-main/contract/values/pretraining.ts';

function configOf(args: string[], initModelId: number | null = null): PretrainConfig {
  const command = addPretrainOptions(new Command()).exitOverride();
  command.configureOutput({ writeErr: () => {} }).parse(args, { from: 'user' });
  return pretrainConfig(7, initModelId, command.opts<PretrainOptions>());
}

describe('the options of pretrain', () => {
  it('leave the preset as it is where nothing is said', () => {
    expect(configOf(['--kind', 'segmentation'])).toEqual(presetConfig('paper', 'segmentation', 7));
    expect(configOf(['--kind', 'classification', '--preset', 'quick'])).toEqual(
      presetConfig('quick', 'classification', 7),
    );
  });

  it('reach every value of the configuration', () => {
    const args =
      '--kind classification --model resnet50 --width 8 --crop 65 --iterations 9 --batch 3 --accumulate 2 --optimizer sgd --lr 0.5 ' +
      '--momentum 0.8 --weight-decay 0.25 --schedule step --every-fraction 0.3 --gamma 0.2 --head-rate 3 --rescale 0.75,1.25 --no-flip --validate-every 4 --validation-images all --seed 5 --device cpu';
    const config = configOf(args.split(' '), 11);
    expect(config).toEqual({
      ...{ kind: 'classification', datasetId: 7, architecture: 'resnet50', width: 8, cropSize: 65 },
      ...{ iterations: 9, batchSize: 3, accumulate: 2, headLearningRateFactor: 3 },
      optimizer: { kind: 'sgd', learningRate: 0.5, momentum: 0.8, weightDecay: 0.25 },
      schedule: { kind: 'step', everyFraction: 0.3, gamma: 0.2 },
      ...{ rescale: [0.75, 1.25], flip: false, validateEvery: 4, validationImages: null },
      ...{ init: { kind: 'model', modelId: 11 }, seed: 5, device: 'cpu' },
    });
    expect(PretrainConfig.parse(config)).toEqual(config);
    const preset = presetConfig('paper', 'segmentation', 1);
    for (const key of PretrainConfig.keyof().options)
      expect(config[key], `${key} is that of the preset`).not.toEqual(preset[key]);
  });

  it.each([
    ['--schedule constant', { kind: 'constant' }],
    ['--schedule poly', { kind: 'poly', power: 0.9 }],
    ['--power 2', { kind: 'poly', power: 2 }],
    ['--schedule step', { kind: 'step', everyFraction: 0.5, gamma: 0.1 }],
  ])('%s', (args, schedule) => {
    expect(configOf(['--kind', 'segmentation', ...args.split(' ')]).schedule).toEqual(schedule);
  });

  it('take another optimizer with its own defaults, and the preset’s rate', () => {
    expect(configOf(['--kind', 'segmentation', '--optimizer', 'adam']).optimizer).toEqual({
      ...{ kind: 'adam', learningRate: 2.5e-4, weightDecay: 0 },
    });
  });

  it('keep the momentum where only the rate is said', () => {
    expect(configOf(['--kind', 'segmentation', '--lr', '0.001']).optimizer).toEqual({
      ...{ kind: 'sgd', learningRate: 0.001, momentum: 0.9, weightDecay: 5e-4 },
    });
  });

  it('refuse what is no range, and a kind that is not there', () => {
    expect(() => configOf(['--kind', 'segmentation', '--rescale', '1.5,0.5'])).toThrow(/the smaller first/);
    expect(() => configOf(['--kind', 'segmentation', '--rescale', '1'])).toThrow(/two numbers/);
    expect(() => configOf(['--kind', 'segmentation', '--schedule', 'cosine'])).toThrow(/Allowed choices/);
    expect(() => configOf(['--kind', 'detection'])).toThrow(/Allowed choices/);
    expect(() => configOf([])).toThrow(/--kind/);
  });
});
