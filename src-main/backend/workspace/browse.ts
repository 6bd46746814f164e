import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import type { FileEntry } from '../../contract/values/workspace.ts';

/** A folder's visible entries, folders first; null: the user's home. */
export async function listFolder(folder: string | null) {
  const at = path.resolve(folder ?? homedir());
  const parent = path.dirname(at) === at ? null : path.dirname(at);
  return { path: at, parent, entries: await entriesOf(at) };
}

async function entriesOf(folder: string): Promise<FileEntry[]> {
  const names = await namesIn(folder);
  const entries = await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => entryOf(path.join(folder, name))),
  );
  return entries
    .filter((entry) => entry !== null)
    .sort((a, b) =>
      a.kind === b.kind
        ? a.name.localeCompare(b.name, 'en', { numeric: true })
        : a.kind === 'folder'
          ? -1
          : 1,
    );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new UserError(`The folder ${folder} could not be read: ${reasonOf(error)}.`);
  }
}

/** null: neither folder nor file, or a link that leads nowhere. */
async function entryOf(file: string): Promise<FileEntry | null> {
  const found = await stat(file).catch(() => null);
  if (!found || !(found.isDirectory() || found.isFile())) return null;
  const kind = found.isDirectory() ? 'folder' : 'file';
  return { name: path.basename(file), path: file, kind, bytes: kind === 'file' ? found.size : null };
}
