import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those that it lies in, where they are not there. Node's own `recursive` tries for ever, a thread at full load, where a file
 * system says ENOENT although the parent is there: /proc does, and so may automounted drives.
 * @throws the system's error
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return; // it was there, or somebody was faster
    if (code !== 'ENOENT' || existsSync(path.dirname(folder))) throw error;
    await makeFolder(path.dirname(folder));
    await makeFolder(folder);
  }
}
