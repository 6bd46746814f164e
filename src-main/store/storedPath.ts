import path from 'node:path';

/**
 * A path as the database keeps it: relative to the workspace (with forward slashes) where it lies inside, so that the
 * folder can be copied to another machine; absolute otherwise.
 */
export function toStored(workspace: string, file: string): string {
  const relative = path.relative(workspace, file);
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? file : relative.split(path.sep).join('/');
}

/** The absolute path of what `toStored` gave. */
export function fromStored(workspace: string, stored: string): string {
  return path.isAbsolute(stored) || path.win32.isAbsolute(stored) ? stored : path.join(workspace, stored);
}
