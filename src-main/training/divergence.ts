import { UserError } from '../base/errors.ts';

/** @throws UserError when the loss is no longer a number. @param steps done so far */
export function checkFinite(loss: number, steps: number): void {
  if (Number.isFinite(loss)) return;
  throw new UserError(
    `The training diverged: after ${steps} steps the loss is no longer a number. ` +
      'Start anew with a lower learning rate.',
  );
}
