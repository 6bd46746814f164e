import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from './errors.ts';
import { makeFolder } from './makeFolder.ts';

/** What `writeAtomic` accepts: the whole content, or its pieces in order. */
export type Content =
  string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file so that a reader sees the old content or the new, never a part: into a temporary file beside it, fsynced,
 * renamed, the folder fsynced. A full disk leaves the old file as it was.
 * @throws UserError naming the file and the reason.
 */
export async function writeAtomic(file: string, content: Content): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await makeFolder(path.dirname(file));
    const handle = await open(temporary, 'w');
    try {
      const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
      for await (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // of two reasons the first one counts
    throw new UserError(
      `Could not write ${file}: ${reasonOf(error)}. The file that was there before is unchanged.`,
    );
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
