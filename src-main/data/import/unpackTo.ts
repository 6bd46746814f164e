import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { UserError, reasonOf } from '../../base/errors.ts';
import { gigabytes } from '../../base/gigabytes.ts';

export interface ExtractOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Fills `target` so that it is there whole or not at all: `write` gets a folder beside it, which is then renamed; a `target` from an earlier
 * attempt is replaced.
 * @param file the archive, for messages
 * @param bytes that will be written
 * @throws UserError when the disk is full; the signal's reason when aborted
 */
export async function unpackTo<Result>(
  target: string,
  { file, bytes, signal }: { file: string; bytes: number; signal?: AbortSignal | undefined },
  write: (folder: string) => Promise<Result>,
): Promise<Result> {
  const temporary = `${target}.${process.pid}.unpacking`;
  try {
    await mkdir(temporary, { recursive: true });
    await requireSpace(temporary, bytes);
    const result = await write(temporary);
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    return result;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    signal?.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw new UserError(`Could not unpack ${file}: ${reasonOf(error)}. Nothing was kept.`);
  }
}

/** There is too little room where the workspace lies. */
export class NoSpaceError extends UserError {}

/** @param what needs the space, at the beginning of a sentence @throws NoSpaceError when there is less */
export async function requireSpace(folder: string, bytes: number, what = 'Unpacking'): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes)
    throw new NoSpaceError(
      `${what} needs ${gigabytes(bytes)} GB, but only ${gigabytes(bavail * bsize)} GB are free where the workspace lies. Make room, or move the workspace.`,
    );
}
