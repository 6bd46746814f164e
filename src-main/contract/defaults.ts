import type { Augmentation, Optimizer, RunConfig, Schedule } from './values/run.ts';

/** A default with the reason that the form shows beside it. */
export interface Reasoned<T> {
  readonly value: T;
  readonly why: string;
}

const reasoned = <T>(value: T, why: string): Reasoned<T> => ({ value, why });

/** The values with which the Train form and `tessera train` begin. */
export const runDefaults = {
  architecture: reasoned<RunConfig['architecture']>(
    'resnet18',
    'the smallest of the standard networks; ResNet-34 is the paper’s',
  ),
  width: reasoned(64, 'the standard network; less is faster and weaker'),
  imageSize: reasoned(96, 'PCam’s patch size; keeps training short on a computer without a GPU'),
  perClass: reasoned<number | null>(25, 'the paper’s middle CRC budget (12, 25 or 50 labels per class)'),
  validationPerClass: reasoned(
    10,
    'a few more labels to choose the best epoch by; with none, the last epoch is used',
  ),
  testFraction: reasoned(0.1, 'the paper holds out a tenth; unused where the dataset has a test folder'),
  groupBySlide: reasoned(
    false,
    'with it, no slide is both learnt from and measured on; needs the source slides, as in PCam’s meta files',
  ),
  epochs: reasoned(
    60,
    'with a few dozen labels an epoch is only a few steps; 60 did better than 30 on held-out H&E patches',
  ),
  batchSize: reasoned(16, 'fits every computer; larger batches train less often on small sets'),
  optimizer: reasoned<Optimizer>(
    { kind: 'adam', learningRate: 1e-3, weightDecay: 0 },
    'Adam learns well from random weights; 1e-4 is the authors’ public trainer with pre-trained weights',
  ),
  schedule: reasoned<Schedule>(
    { kind: 'poly', power: 0.9 },
    'falls smoothly to zero; did better on held-out H&E patches than x0.1 at half, as in the authors’ public trainer',
  ),
  augmentation: reasoned<Augmentation>(
    { flip: true, rotateDegrees: 180, cropPadding: 8, colourJitter: 0.2, hueJitter: 0.05, rescale: 0.1 },
    'tissue has no up or down, and stains vary from lab to lab',
  ),
  seed: reasoned(
    1,
    'decides subset, initial weights, order and augmentation; the same seed gives the same result',
  ),
  device: reasoned<RunConfig['device']>('auto', 'the fastest that works here, or your choice under Hardware'),
} as const;

/** A complete configuration from the defaults. */
export function defaultRunConfig(datasetId: number): RunConfig {
  const d = runDefaults;
  return {
    datasetId,
    architecture: d.architecture.value,
    width: d.width.value,
    imageSize: d.imageSize.value,
    perClass: d.perClass.value,
    validationPerClass: d.validationPerClass.value,
    testFraction: d.testFraction.value,
    groupBySlide: d.groupBySlide.value,
    epochs: d.epochs.value,
    batchSize: d.batchSize.value,
    optimizer: d.optimizer.value,
    schedule: d.schedule.value,
    augmentation: d.augmentation.value,
    init: { kind: 'random' },
    seed: d.seed.value,
    device: d.device.value,
  };
}
