import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError, reasonOf } from '../../base/errors.ts';
import { workspaceFiles } from './files.ts';

/** What may lie in a folder that counts as empty: left by file managers, or by an attempt that came no further. */
const IGNORED = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'lock', 'lock.json']);

/**
 * Makes sure that a folder is a workspace, or can become one.
 * @throws UserError when it is neither
 */
export async function prepareWorkspace(folder: string, create: boolean): Promise<void> {
  if (!path.isAbsolute(folder)) throw new UserError(`${folder} is not a complete path.`);
  if (existsSync(workspaceFiles(folder).database)) return;
  if (!create)
    throw new UserError(
      existsSync(folder)
        ? `${folder} is not a Tessera workspace. Choose another folder, or create a workspace in an empty one.`
        : `There is no folder ${folder}. It may have been moved, or its drive is not connected.`,
    );
  const entries = await makeFolder(folder);
  if (entries.some((entry) => !IGNORED.has(entry)))
    throw new UserError(`${folder} is not empty. Choose an empty or a new folder for the workspace.`);
}

async function makeFolder(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (error) {
    throw new UserError(`The workspace folder ${folder} could not be made: ${reasonOf(error)}.`);
  }
}
