import { stat } from 'node:fs/promises';
import { UserError } from '../base/errors.ts';

/**
 * Does what reads some folders or files, and fails where one of them is gone afterwards, or is another: what could not be read meanwhile
 * says nothing then, least of all that it was removed.
 * @throws UserError naming the place; what `work` throws
 */
export async function whileThere<T>(places: readonly string[], work: () => Promise<T>): Promise<T> {
  const before = await Promise.all(places.map(traceOf));
  try {
    return await work();
  } finally {
    for (const [i, place] of places.entries()) requireSame(place, before[i] ?? null, await traceOf(place));
  }
}

function requireSame(place: string, before: string | null, now: string | null): void {
  if (before === null || now === before) return; // what was not there from the beginning, `work` speaks of
  throw new UserError(
    now === null
      ? `${place} was no longer there in the midst of reading it. Put it back, or connect its drive, and begin again.`
      : `${place} was changed in the midst of reading it. Begin again.`,
  );
}

/**
 * Of a file its size and time, too. Of a folder only the disk: where a drive was taken out, the folder that it was mounted on may stay.
 * (Numbers of folders are not the same each time on all network drives.) null: nothing is there.
 */
async function traceOf(place: string): Promise<string | null> {
  const found = await stat(place).catch(() => null);
  if (!found) return null;
  return [found.dev, ...(found.isFile() ? [found.size, found.mtimeMs] : [])].join(' ');
}
