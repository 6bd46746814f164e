import { UserError, explain, reasonOf } from '../base/errors.ts';
import { deviceNames } from '../contract/deviceNames.ts';
import type { Device, Trainer } from '../engines/engine.ts';

/**
 * The same trainer, whose failures (out of memory, a lost device) say what happened and what is safe.
 */
export function withExplainedFailures(trainer: Trainer): Trainer {
  let failed = false;
  const explained = <Arguments extends unknown[], Result>(
    work: (...given: Arguments) => Promise<Result>,
    doing: string,
  ) => {
    return (...given: Arguments) =>
      work.apply(trainer, given).catch((error: unknown) => {
        failed = true;
        throw engineFailure(trainer.device, doing, error);
      });
  };
  return {
    device: trainer.device,
    step: explained(trainer.step, 'training'),
    evaluate: explained(trainer.evaluate, 'evaluating'),
    state: explained(trainer.state, 'reading the weights'),
    restore: explained(trainer.restore, 'restoring the weights'),
    dispose: () =>
      trainer.dispose().catch((error: unknown) => {
        // A lost device cannot be closed either; that must not hide why it was lost.
        if (!failed) throw error;
      }),
  };
}

/** What to tell when a device failed at some work. */
export function engineFailure(device: Device, doing: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const what = whatFailed(device, doing, error);
  const elsewhere = device === 'cpu' ? '' : ', or go on with the processor (CPU)';
  return new UserError(
    `${what} The last checkpoint is kept: resume the run to go on from it${elsewhere}. ` +
      'If memory ran out, close other programs first, or start anew with a smaller batch or image size.',
    explain(error).details,
  );
}

/** The same for a finished model. */
export function classifierFailure(device: Device, error: unknown): UserError {
  if (error instanceof UserError) return error;
  const elsewhere =
    device === 'cpu' ? '' : ' Choose the processor (CPU) under Hardware first, to go on without it.';
  return new UserError(
    `${whatFailed(device, 'classifying', error)} What is classified is kept: resume to go on after it.${elsewhere}`,
    explain(error).details,
  );
}

function whatFailed(device: Device, doing: string, error: unknown): string {
  const name = deviceNames[device].replace(/^t/, 'T');
  return `${name} failed while ${doing}: ${reasonOf(error).replace(/\.$/, '')}.`;
}
