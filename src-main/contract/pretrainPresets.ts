import type { Reasoned } from './defaults.ts';
import type { PretrainConfig, PretrainKind } from './values/pretraining.ts';
import type { Optimizer, Schedule } from './values/run.ts';

/**
 * Where a preset's value is from. `paper`: stated by Teh & Taylor (MIDL 2021 submission). `public trainers`: not stated by the
 * paper, taken from the common public DeepLabV2 trainers. `ours`: our own choice.
 */
export type ValueSource = 'paper' | 'public trainers' | 'ours';

export interface Sourced<T> extends Reasoned<T> {
  readonly source: ValueSource;
}

export type PretrainPresetName = 'paper' | 'quick';

/** What a preset decides: everything but the kind and the dataset. */
export type PretrainValues = Omit<PretrainConfig, 'kind' | 'datasetId'>;
export type PretrainPreset = { readonly [K in keyof PretrainValues]: Sourced<PretrainValues[K]> };

const from =
  (source: ValueSource) =>
  <T>(value: T, why: string): Sourced<T> => ({ value, why, source });
const paper = from('paper');
const publicTrainers = from('public trainers');
const ours = from('ours');

const common = {
  accumulate: ours(1, 'more passes per update fit a large batch into a small memory'),
  schedule: paper<Schedule>({ kind: 'poly', power: 0.9 }, 'falls smoothly to zero, as in the paper'),
  rescale: paper<[number, number]>([0.5, 1.5], 'the paper’s random rescale'),
  flip: paper(true, 'the paper mirrors with probability 0.5'),
  init: paper<PretrainConfig['init']>({ kind: 'random' }, 'the paper pre-trains from random weights'),
  seed: ours(1, 'decides initial weights, order and augmentation; the same seed gives the same result'),
  device: ours<PretrainConfig['device']>('auto', 'the fastest that this computer has; see Hardware'),
} as const;

/** The head's learning rate over the backbone's. */
const headRate = {
  segmentation: publicTrainers(10, 'ten times for the new head; the paper does not state it'),
  classification: ours(1, 'everything learns at one rate; the paper does not state another one'),
} as const;

/** Of the short recipe; the segmentation's head learns at ten times that. */
const quickRate = { segmentation: 1e-3, classification: 1e-2 } as const;

const paperPreset = (kind: PretrainKind): PretrainPreset => ({
  ...common,
  architecture: paper('resnet34', 'the paper’s backbone'),
  width: paper(64, 'the standard network'),
  cropSize: paper(321, 'the paper’s crop'),
  iterations: paper(40_000, 'the paper’s length'),
  batchSize: publicTrainers(10, 'the paper does not state it'),
  optimizer: paper<Optimizer>(
    { kind: 'sgd', learningRate: 2.5e-4, momentum: 0.9, weightDecay: 5e-4 },
    'the paper’s SGD',
  ),
  headLearningRateFactor: headRate[kind],
  validateEvery: ours(2000, 'twenty validations; each keeps the best weights so far'),
  validationImages: ours(200, 'enough to see the curve; the final weights are measured on all images'),
});

const quickPreset = (kind: PretrainKind): PretrainPreset => ({
  ...common,
  architecture: ours('resnet18', 'the smallest of the standard networks'),
  width: ours(16, 'a quarter of the standard network’s channels: a sixteenth of the work'),
  cropSize: ours(161, 'half of the paper’s side: a quarter of the work'),
  iterations: ours(400, 'some minutes on a laptop; far too short for weights worth keeping'),
  batchSize: ours(8, 'fits every computer'),
  optimizer: ours<Optimizer>(
    { kind: 'sgd', learningRate: quickRate[kind], momentum: 0.9, weightDecay: 5e-4 },
    'a hundredth of the paper’s iterations wants larger steps; still larger ones made the loss jump',
  ),
  headLearningRateFactor: headRate[kind],
  validateEvery: ours(50, 'eight validations'),
  validationImages: ours(24, 'a validation takes seconds; the final weights are measured on all images'),
});

const presets = { paper: paperPreset, quick: quickPreset } as const;

/** The preset's values for a kind, each with its reason and source, as the form shows them. */
export const pretrainPreset = (name: PretrainPresetName, kind: PretrainKind): PretrainPreset =>
  presets[name](kind);

/** A complete configuration from a preset. */
export function presetConfig(
  name: PretrainPresetName,
  kind: PretrainKind,
  datasetId: number,
): PretrainConfig {
  const preset = Object.entries(pretrainPreset(name, kind));
  const plain = Object.fromEntries(preset.map(([key, { value }]) => [key, value]));
  return { kind, datasetId, ...(plain as unknown as PretrainValues) };
}
