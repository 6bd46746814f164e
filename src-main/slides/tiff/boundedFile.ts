import { open, stat } from 'node:fs/promises';
import { UserError, reasonOf } from '../../base/errors.ts';

/** A file read at any place, which never gives bytes that it does not have. */
export interface BoundedFile {
  readonly path: string;
  readonly size: number;
  /** @throws TruncatedError when the file ends before offset + length */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The file ends before something that it says it holds. */
export class TruncatedError extends Error {
  override readonly name = 'TruncatedError';
  readonly end: number;

  /** @param end where what was asked for would end */
  constructor(end: number) {
    super(`the file ends before byte ${end}`);
    this.end = end;
  }
}

/** @throws UserError for a missing, empty or unreadable file and for a folder */
export async function openBounded(path: string): Promise<BoundedFile> {
  const { isDirectory, size } = await stat(path).then(
    (found) => ({ isDirectory: found.isDirectory(), size: found.size }),
    (error: unknown) => {
      throw new UserError(whyNot(path, error), reasonOf(error));
    },
  );
  if (isDirectory) throw new UserError(`${path} is a folder. Choose the slide's file in it.`);
  if (size === 0)
    throw new UserError(`${path} is empty (0 bytes). It was probably not copied to the end; copy it again.`);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new UserError(whyNot(path, error), reasonOf(error));
  });
  return {
    path,
    size,
    async read(offset, length) {
      if (offset + length > size) throw new TruncatedError(offset + length);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new TruncatedError(offset + length); // it shrank since it was opened
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

function whyNot(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `There is no file ${path}. It may have been moved or renamed, or its drive is not connected.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `You have no permission to read ${path}. Change the file's permissions or copy it to a folder of yours.`;
  return `Could not open ${path}: ${reasonOf(error)}`;
}
