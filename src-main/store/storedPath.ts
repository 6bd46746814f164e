import path from 'node:path';
import { insideOf } from '../base/inside.ts';

/**
 * A path as the database keeps it: relative to the workspace (with forward slashes) where it lies inside, so that the
 * folder can be copied to another machine; absolute otherwise.
 */
export function toStored(workspace: string, file: string): string {
  return insideOf(workspace, file)?.split(path.sep).join('/') ?? file;
}

/** The absolute path of what `toStored` gave. */
export function fromStored(workspace: string, stored: string): string {
  return path.isAbsolute(stored) || path.win32.isAbsolute(stored) ? stored : path.join(workspace, stored);
}
