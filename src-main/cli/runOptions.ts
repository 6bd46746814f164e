import { InvalidArgumentError, Option, type Command } from 'commander';
import { defaultRunConfig, runDefaults } from '../contract/defaults.ts';
import { Architecture, Augmentation, Device, type RunConfig } from '../contract/values/run.ts';
import { numberFrom, numberOption } from './numberOption.ts';
import {
  chosenOptimizer,
  chosenSchedule,
  given,
  optimizerOptions,
  type OptimizerOptions,
} from './optimizerOptions.ts';

/** The options that make up a run's configuration, as commander gives them: what was not said is undefined. */
export interface RunOptions extends OptimizerOptions {
  readonly model?: Architecture;
  readonly width?: number;
  readonly imageSize?: number;
  readonly perClass?: number | 'all';
  readonly validationPerClass?: number;
  readonly testFraction?: number;
  readonly groupBySlide?: boolean;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly flip?: boolean;
  readonly rotateDegrees?: number;
  readonly cropPadding?: number;
  readonly colourJitter?: number;
  readonly hueJitter?: number;
  readonly rescale?: number;
  readonly seed?: number;
  readonly device?: Device;
}

/** A default, with its reason, for the help. */
const by = (name: keyof typeof runDefaults) => {
  const { value, why } = runDefaults[name];
  const shown =
    value !== null && typeof value === 'object' && 'kind' in value ? value.kind : (value ?? 'all');
  return `(default: ${String(shown)} – ${why})`;
};

/** Adds an option for every value of a run's configuration. */
export function addRunOptions(command: Command): Command {
  const options = [
    new Option('--model <network>', `the network ${by('architecture')}`).choices(Architecture.options),
    numberOption('--width <channels>', `channels of the first stage ${by('width')}`),
    numberOption('--image-size <pixels>', `side of the network's input ${by('imageSize')}`),
    new Option('--per-class <n>', `labels per class, or "all" ${by('perClass')}`).argParser(countOrAll),
    numberOption(
      '--validation-per-class <n>',
      `further labels per class to validate ${by('validationPerClass')}`,
    ),
    numberOption(
      '--test-fraction <share>',
      `share held out where there is no test folder ${by('testFraction')}`,
    ),
    new Option('--group-by-slide', `no slide gives patches to two parts ${by('groupBySlide')}`),
    numberOption('--epochs <n>', by('epochs')),
    numberOption('--batch-size <n>', by('batchSize')),
    numberOption('--learning-rate <rate>', `(default: ${runDefaults.optimizer.value.learningRate})`),
    ...optimizerOptions({ optimizer: by('optimizer'), schedule: by('schedule') }),
    new Option('--no-flip', 'no flips'),
    numberOption('--rotate-degrees <degrees>', 'rotation, up to 180'),
    numberOption('--crop-padding <pixels>', 'reflect-pad, then crop at random'),
    numberOption('--colour-jitter <strength>', 'brightness, contrast, saturation, 0–1'),
    numberOption('--hue-jitter <turns>', 'hue, 0–0.5'),
    numberOption('--rescale <share>', 'zoom, 0–0.9'),
    numberOption('--seed <n>', by('seed')),
    new Option('--device <device>', by('device')).choices(Device.options),
  ];
  options.forEach((option) => command.addOption(option));
  return command;
}

/** A complete configuration: what was said, else the defaults. */
export function runConfig(datasetId: number, initModelId: number | null, options: RunOptions): RunConfig {
  const defaults = defaultRunConfig(datasetId);
  const said = given(options);
  const { perClass = defaults.perClass } = said;
  return {
    ...defaults,
    ...pick(said, plainKeys),
    architecture: said.model ?? defaults.architecture,
    perClass: perClass === 'all' ? null : perClass,
    optimizer: chosenOptimizer(defaults.optimizer, said, said.learningRate),
    schedule: chosenSchedule(defaults.schedule, said),
    augmentation: { ...defaults.augmentation, ...pick(said, Augmentation.keyof().options) },
    init: initModelId === null ? { kind: 'random' } : { kind: 'model', modelId: initModelId },
  };
}

const plainKeys = [
  'width',
  'imageSize',
  'validationPerClass',
  'testFraction',
  'groupBySlide',
  'epochs',
  'batchSize',
  'seed',
  'device',
] as const;

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]])) as Partial<
    Pick<T, K>
  >;
}

function countOrAll(text: string): number | 'all' {
  if (text === 'all') return 'all';
  const value = numberFrom(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It has to be a whole number above 0, or "all".');
  return value;
}
