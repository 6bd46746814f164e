import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addRunOptions, runConfig } from '../../../src-main/cli/runOptions.ts';
import { defaultRunConfig } from '../../../src-main/contract/defaults.ts';
import { RunConfig } from '../../../src-main/contract/values/run.ts';

function configOf(...args: string[]) {
  const command = addRunOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }));
  command.parse(args, { from: 'user' });
  return runConfig(7, null, command.opts());
}

describe('the options of train', () => {
  it('leave the defaults of the contract where nothing is said', () => {
    expect(configOf()).toEqual(defaultRunConfig(7));
  });

  it('reach every value of the configuration', () => {
    const config = configOf(
      ...'--model resnet34 --width 16 --image-size 64 --per-class all --validation-per-class 3 --test-fraction 0.2 --group-by-slide'.split(
        ' ',
      ),
      ...'--epochs 5 --batch-size 4 --optimizer sgd --learning-rate 0.1 --momentum 0.8 --weight-decay 0.01'.split(
        ' ',
      ),
      ...'--schedule poly --power 2 --no-flip --rotate-degrees 10 --crop-padding 2 --colour-jitter 0.5'.split(
        ' ',
      ),
      ...'--hue-jitter 0.1 --rescale 0.3 --seed 9 --device cpu'.split(' '),
    );
    expect(RunConfig.parse(config)).toEqual({
      datasetId: 7,
      architecture: 'resnet34',
      width: 16,
      imageSize: 64,
      perClass: null,
      validationPerClass: 3,
      testFraction: 0.2,
      groupBySlide: true,
      epochs: 5,
      batchSize: 4,
      optimizer: { kind: 'sgd', learningRate: 0.1, momentum: 0.8, weightDecay: 0.01 },
      schedule: { kind: 'poly', power: 2 },
      augmentation: {
        flip: false,
        rotateDegrees: 10,
        cropPadding: 2,
        colourJitter: 0.5,
        hueJitter: 0.1,
        rescale: 0.3,
      },
      init: { kind: 'random' },
      seed: 9,
      device: 'cpu',
    });
  });

  it('know the other schedules', () => {
    expect(configOf('--schedule', 'constant').schedule).toEqual({ kind: 'constant' });
    const step = configOf('--schedule', 'step', '--every-fraction', '0.25', '--gamma', '0.3').schedule;
    expect(step).toEqual({ kind: 'step', everyFraction: 0.25, gamma: 0.3 });
  });

  it('refuse what is no number', () => {
    expect(() => configOf('--epochs', 'many')).toThrow(/number/);
    expect(() => configOf('--per-class', '2.5')).toThrow(/whole number/);
  });
});
