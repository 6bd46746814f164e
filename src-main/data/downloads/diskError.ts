import { UserError, reasonOf } from '../../base/errors.ts';

/** Why a file cannot be written; what was received stays. */
export function diskError(file: string, error: unknown): UserError {
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
    return new UserError(
      `The disk is full: ${file} could not be written. Make room, then start the download again; what is here already is kept.`,
    );
  return new UserError(
    `${file} could not be written: ${reasonOf(error)}. Choose another folder, or free it.`,
  );
}
