import { InvalidArgumentError, Option, type Command } from 'commander';
import { presetConfig, type PretrainPresetName } from '../contract/pretrainPresets.ts';
import { PretrainKind, type PretrainConfig } from '../contract/values/pretraining.ts';
import { Architecture, Device } from '../contract/values/run.ts';
import { numberFrom, numberOption } from './numberOption.ts';
import {
  chosenOptimizer,
  chosenSchedule,
  optimizerOptions,
  type OptimizerOptions,
} from './optimizerOptions.ts';

/** The options that make up a pre-training's configuration: what was not said is undefined. */
export interface PretrainOptions extends OptimizerOptions {
  readonly kind: PretrainKind;
  readonly preset: PretrainPresetName;
  readonly model?: Architecture;
  readonly width?: number;
  readonly crop?: number;
  readonly iterations?: number;
  readonly batch?: number;
  readonly accumulate?: number;
  readonly lr?: number;
  readonly headRate?: number;
  readonly rescale?: [number, number];
  readonly flip?: boolean;
  readonly validateEvery?: number;
  readonly validationImages?: number | 'all';
  readonly seed?: number;
  readonly device?: Device;
}

/** Adds an option for every value of a pre-training's configuration. */
export function addPretrainOptions(command: Command): Command {
  const options = [
    new Option('--kind <kind>', 'segmentation: DeepLabV2; classification: several labels per image')
      .choices(PretrainKind.options)
      .makeOptionMandatory(),
    new Option(
      '--preset <name>',
      'where every value begins that is not said: the paper’s recipe, or a short one',
    )
      .choices(['paper', 'quick'])
      .default('paper'),
    numberOption('--iterations <n>', 'updates of the weights'),
    new Option('--model <network>', 'the backbone').choices(Architecture.options),
    numberOption('--width <channels>', 'channels of the first stage; 64 is the standard network'),
    numberOption('--crop <pixels>', 'side of the random crop'),
    numberOption('--batch <images>', 'images per pass'),
    numberOption('--accumulate <passes>', 'passes whose gradients are averaged for one update'),
    numberOption('--lr <rate>', 'learning rate of the backbone'),
    ...optimizerOptions({ optimizer: 'the paper’s is sgd', schedule: 'the paper’s is poly' }),
    numberOption('--head-rate <factor>', 'times the learning rate, for the head'),
    new Option('--rescale <low,high>', 'random enlargement, e.g. 0.5,1.5').argParser(range),
    new Option('--no-flip', 'no mirroring'),
    numberOption('--validate-every <iterations>', 'there is always one at the end'),
    new Option('--validation-images <n>', 'of the validations on the way, or "all"').argParser(countOrAll),
    numberOption('--seed <n>', 'the same seed gives the same result'),
    new Option('--device <device>').choices(Device.options),
  ];
  options.forEach((option) => command.addOption(option));
  return command;
}

/** Options whose value is the configuration's, and what it is called there. */
const PLAIN = {
  model: 'architecture',
  width: 'width',
  crop: 'cropSize',
  iterations: 'iterations',
  batch: 'batchSize',
  accumulate: 'accumulate',
  headRate: 'headLearningRateFactor',
  rescale: 'rescale',
  flip: 'flip',
  validateEvery: 'validateEvery',
  seed: 'seed',
  device: 'device',
} as const satisfies { readonly [K in keyof PretrainOptions]?: keyof PretrainConfig };

/** A complete configuration: what was said, else the preset's. */
export function pretrainConfig(
  datasetId: number,
  initModelId: number | null,
  options: PretrainOptions,
): PretrainConfig {
  const preset = presetConfig(options.preset, options.kind, datasetId);
  const { validationImages = preset.validationImages } = options;
  return {
    ...preset,
    ...plainValues(options),
    optimizer: chosenOptimizer(preset.optimizer, options, options.lr),
    schedule: chosenSchedule(preset.schedule, options),
    validationImages: validationImages === 'all' ? null : validationImages,
    init: initModelId === null ? preset.init : { kind: 'model', modelId: initModelId },
  };
}

function plainValues(options: PretrainOptions): Partial<PretrainConfig> {
  const names = Object.keys(PLAIN) as (keyof typeof PLAIN)[];
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[PLAIN[name], options[name]]])),
  );
}

function range(text: string): [number, number] {
  const [low, high, ...more] = text.split(',').map(numberFrom);
  if (low === undefined || high === undefined || more.length > 0 || low > high)
    throw new InvalidArgumentError('It has to be two numbers, the smaller first, such as 0.5,1.5.');
  return [low, high];
}

function countOrAll(text: string): number | 'all' {
  return text === 'all' ? 'all' : numberFrom(text);
}
