import type { Schedule } from '../contract/values/run.ts';

/**
 * The learning rate of one optimizer step.
 *
 * `step`: `base * gamma ^ floor(iteration / every)` with `every` = the given share of all iterations, to the nearest whole
 * one (PyTorch's StepLR, counted in iterations). `poly`: `base * (1 - iteration / iterations) ^ power`, as the public
 * DeepLab trainers.
 * @param iteration 0-based; @param iterations of the whole run, ≥ 1
 */
export function learningRate(
  base: number,
  schedule: Schedule,
  iteration: number,
  iterations: number,
): number {
  switch (schedule.kind) {
    case 'constant':
      return base;
    case 'step': {
      const every = Math.max(1, Math.round(schedule.everyFraction * iterations));
      return base * schedule.gamma ** Math.floor(iteration / every);
    }
    case 'poly':
      return base * (1 - iteration / iterations) ** schedule.power;
  }
}
