import { UserError } from '../base/errors.ts';

/** What was asked for is not there: answered with 404. */
export class NotFoundError extends UserError {}

/** @throws NotFoundError when there is no such row, e.g. "There is no run 7." */
export function found<T>(row: T | null, what: string, id: number): T {
  if (row === null) throw new NotFoundError(`There is no ${what} ${id}. It may have been deleted.`);
  return row;
}
