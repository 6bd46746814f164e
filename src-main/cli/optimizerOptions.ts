import { Option } from 'commander';
import { Optimizer, Schedule } from '../contract/values/run.ts';
import { numberOption } from './numberOption.ts';

/** The options of optimizer and schedule that trainings and pre-trainings share; what was not said is undefined. */
export interface OptimizerOptions {
  readonly optimizer?: Optimizer['kind'];
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly schedule?: Schedule['kind'];
  readonly everyFraction?: number;
  readonly gamma?: number;
  readonly power?: number;
}

/** @param texts of the two kinds, with their defaults */
export const optimizerOptions = (texts: {
  readonly optimizer: string;
  readonly schedule: string;
}): Option[] => [
  new Option('--optimizer <kind>', texts.optimizer).choices(['adam', 'sgd']),
  numberOption('--weight-decay <rate>', 'added to the gradient'),
  numberOption('--momentum <share>', 'of sgd'),
  new Option('--schedule <kind>', texts.schedule).choices(['constant', 'step', 'poly']),
  numberOption(
    '--every-fraction <share>',
    'of the step schedule: how much of the training lies between two steps',
  ),
  numberOption('--gamma <factor>', 'of the step schedule: multiplies the learning rate at each step'),
  numberOption('--power <exponent>', 'of the poly schedule: (1 - share done) ^ power'),
];

/** The preset's values where it is of the kind that was chosen, else those of the contract's schema. */
export function chosenOptimizer(
  preset: Optimizer,
  { optimizer: kind = preset.kind, weightDecay, momentum }: OptimizerOptions,
  learningRate: number | undefined,
): Optimizer {
  const base = kind === preset.kind ? preset : { kind, learningRate: preset.learningRate };
  return Optimizer.parse({ ...base, ...given({ learningRate, weightDecay, momentum }) });
}

/** The same of the schedule. */
export function chosenSchedule(
  preset: Schedule,
  { schedule: kind = preset.kind, everyFraction, gamma, power }: OptimizerOptions,
): Schedule {
  const base = kind === preset.kind ? preset : { kind };
  return Schedule.parse({ ...base, ...given({ everyFraction, gamma, power }) });
}

/** Without what was not said. */
export function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
