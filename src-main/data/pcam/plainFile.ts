import path from 'node:path';
import { isGzip } from './files.ts';
import type { PartOptions } from './partOptions.ts';
import { unpackGzip } from './unpackGzip.ts';

/** A file as it is, or unpacked into the workspace. */
export async function plainFile(
  name: string,
  { folder, target, signal, onProgress }: PartOptions,
): Promise<string> {
  const source = path.join(folder, name);
  if (!isGzip(name)) return source;
  const unpacked = path.join(target, name.replace(/\.gz$/, ''));
  await unpackGzip(source, unpacked, {
    signal,
    onProgress: (done, total) => onProgress('Unpacked', megabytes(done), megabytes(total)),
  });
  return unpacked;
}

/** Never 0: progress is a share of it. */
const megabytes = (bytes: number): number => Math.max(1, Math.round(bytes / 1e6));
