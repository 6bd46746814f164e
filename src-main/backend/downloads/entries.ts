import { UserError } from '../../base/errors.ts';
import type { DownloadEntry } from '../../contract/values/download.ts';
import type { Workplace } from '../session.ts';

/** @throws UserError naming what there is */
export function entryCalled({ catalogue }: Workplace, id: string): DownloadEntry {
  const entry = catalogue.find((each) => each.id === id);
  if (entry) return entry;
  throw new UserError(
    `There is no “${id}” to download. There are: ${catalogue.map((each) => each.id).join(', ')}.`,
  );
}
