import { UserError, explain, reasonOf } from '../base/errors.ts';
import type { Trainer } from '../engines/engine.ts';

/**
 * The same trainer, whose failures (out of memory, a lost device) say what happened and what is safe.
 */
export function withExplainedFailures(trainer: Trainer): Trainer {
  const explained = <Arguments extends unknown[], Result>(
    work: (...given: Arguments) => Promise<Result>,
    doing: string,
  ) => {
    return (...given: Arguments) =>
      work.apply(trainer, given).catch((error: unknown) => {
        throw engineFailure(trainer.device, doing, error);
      });
  };
  return {
    device: trainer.device,
    step: explained(trainer.step, 'training'),
    evaluate: explained(trainer.evaluate, 'evaluating'),
    state: explained(trainer.state, 'reading the weights'),
    restore: explained(trainer.restore, 'restoring the weights'),
    dispose: () => trainer.dispose(),
  };
}

export function engineFailure(device: string, doing: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError(
    `The ${device === 'cpu' ? 'CPU' : 'WebGPU'} engine failed while ${doing}: ${reasonOf(error)}. ` +
      'The last checkpoint is kept: resume the run to go on from it. If memory ran out, close other programs first, ' +
      'or start anew with a smaller batch or image size.',
    explain(error).details,
  );
}
