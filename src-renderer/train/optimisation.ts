import type { Optimizer, Schedule } from '../../src-main/contract/values/run.ts';

/** The schedules' own values, taken when the user changes the kind. */
const SCHEDULES: Record<Schedule['kind'], Schedule> = {
  constant: { kind: 'constant' },
  step: { kind: 'step', everyFraction: 0.5, gamma: 0.1 },
  poly: { kind: 'poly', power: 0.9 },
};

export const scheduleOf = (kind: Schedule['kind']): Schedule => ({ ...SCHEDULES[kind] });

/** Another optimiser with the learning rate and weight decay of the one before. */
export function optimizerOf(kind: Optimizer['kind'], before: Optimizer): Optimizer {
  const { learningRate, weightDecay } = before;
  return kind === 'adam'
    ? { kind, learningRate, weightDecay }
    : { kind, learningRate, momentum: 0.9, weightDecay };
}
