import path from 'node:path';

/** The path of a file relative to a folder that it lies in, at whatever depth; null: it lies elsewhere. */
export function insideOf(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? null : relative;
}
