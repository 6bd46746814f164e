import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { UserError } from '../base/errors.ts';
import type { RecordedContent } from '../contract/worker.ts';

/**
 * By what a file is known not to have changed: its size, and the times of the last change of its content and of anything else. The second
 * time tells a file that was put in the place of another, with that one's size and first time. A file that was only touched or copied has
 * another trace and the same content.
 */
export const traceOf = ({ size, mtimeMs, ctimeMs }: Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs'>): string =>
  `${size} ${mtimeMs} ${ctimeMs}`;

/** What was read of a file, and the trace that this had just before. */
export interface Traced {
  readonly bytes: Uint8Array;
  readonly trace: string;
}

/** What is on record of files, by their paths. */
export type Contents = ReadonlyMap<string, RecordedContent>;

/** Whether what was read is what is on record; it is hashed only where the trace is another than the known one. */
export const isRecorded = ({ bytes, trace }: Traced, content: RecordedContent): boolean =>
  trace === content.trace || hash('sha256', bytes, 'hex') === content.sha256;

/** @throws UserError, without the file's name, when what was read is not what is on record */
export function requireRecorded(read: Traced, content: RecordedContent | undefined): void {
  if (content && !isRecorded(read, content))
    throw new UserError(
      'It was changed after its dataset was read. Put it back as it was and resume; or press “Look for changes” in the dataset and begin anew.',
    );
}
