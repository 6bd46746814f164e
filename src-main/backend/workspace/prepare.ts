import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { workspaceFiles } from './files.ts';

/** What may lie in a folder that counts as empty: left by file managers, or by an attempt that came no further. */
const IGNORED = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'lock', 'lock.json']);

/**
 * The path of a workspace's folder, normalised. One that begins nowhere would lie wherever Tessera was started, and not be found again.
 * @throws UserError when it is not absolute
 */
export function completePath(folder: string): string {
  if (path.isAbsolute(folder)) return path.resolve(folder);
  throw new UserError(
    `${folder} is not a complete path. Give all of it, such as ${path.join(homedir(), 'Tessera')}.`,
  );
}

/**
 * Makes sure that a folder, given as an absolute path, is a workspace or can become one.
 * @throws UserError when it is neither
 */
export async function prepareWorkspace(folder: string, create: boolean): Promise<void> {
  if (existsSync(workspaceFiles(folder).database)) return;
  if (!create)
    throw new UserError(
      existsSync(folder)
        ? `${folder} is not a Tessera workspace. Choose another folder, or create a workspace in an empty one.`
        : `There is no folder ${folder}. It may have been moved, or its drive is not connected.`,
    );
  const entries = await contentsOf(folder);
  if (entries.some((entry) => !IGNORED.has(entry)))
    throw new UserError(`${folder} is not empty. Choose an empty or a new folder for the workspace.`);
}

async function contentsOf(folder: string): Promise<string[]> {
  try {
    await makeFolder(folder);
    return await readdir(folder);
  } catch (error) {
    throw new UserError(`The workspace folder ${folder} could not be made: ${reasonOf(error)}.`);
  }
}
