import type { Optimizer, Run, Schedule } from '../../src-main/contract/values/run.ts';
import { deviceLabel } from '../train/devices.ts';
import { ARCHITECTURES, nameOf, OPTIMIZERS, SCHEDULES } from '../train/names.ts';
import { number, percent } from '../ui/format.ts';

/** Label and value of everything that decides a run, as text; `model` names the model that it began with. */
export function settingsOf(run: Run, model: string | undefined): [label: string, value: string][] {
  const { config } = run;
  const a = config.augmentation;
  return [
    ['Dataset', run.datasetName],
    ['Network', nameOf(ARCHITECTURES, config.architecture)],
    [
      'Start from',
      config.init.kind === 'random' ? 'random weights' : (model ?? `model ${config.init.modelId}`),
    ],
    ['Labels per class', config.perClass === null ? 'all' : String(config.perClass)],
    ['Validation labels per class', String(config.validationPerClass)],
    ['Held out for the test', percent(config.testFraction, 0)],
    ['Slides kept apart', config.groupBySlide ? 'yes' : 'no'],
    ['Epochs', String(config.epochs)],
    ['Seed', String(config.seed)],
    ['Image size', `${config.imageSize} px`],
    ['Width', `${config.width} channels`],
    ['Batch size', String(config.batchSize)],
    ['Optimiser', optimizerText(config.optimizer)],
    ['Learning-rate schedule', scheduleText(config.schedule)],
    ['Flip', a.flip ? 'yes' : 'no'],
    ['Rotation', `up to ${a.rotateDegrees}°`],
    ['Shift', `up to ${a.cropPadding} px`],
    ['Colour jitter', `${a.colourJitter}, hue ${a.hueJitter}`],
    ['Zoom', `± ${percent(a.rescale, 0)}`],
    ['Device', deviceLabel(run.result?.device ?? config.device)],
  ];
}

/** "SGD with momentum, learning rate 2.5e-4, momentum 0.9, weight decay 5e-4". */
export function optimizerText(optimizer: Optimizer): string {
  const parts = [nameOf(OPTIMIZERS, optimizer.kind), `learning rate ${number(optimizer.learningRate)}`];
  if (optimizer.kind === 'sgd') parts.push(`momentum ${optimizer.momentum}`);
  if (optimizer.weightDecay > 0) parts.push(`weight decay ${number(optimizer.weightDecay)}`);
  return parts.join(', ');
}

/** "polynomial decay, power 0.9". */
export function scheduleText(schedule: Schedule): string {
  if (schedule.kind === 'step')
    return `× ${schedule.gamma} after every ${percent(schedule.everyFraction, 0)}`;
  if (schedule.kind === 'poly') return `polynomial decay, power ${schedule.power}`;
  return nameOf(SCHEDULES, schedule.kind).toLowerCase();
}
