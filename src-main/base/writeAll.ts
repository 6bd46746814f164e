import type { FileHandle } from 'node:fs/promises';

/** Writes all of `values` from `position` on: one call of the system may write less. */
export async function writeAll(handle: FileHandle, values: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < values.length;) {
    const { bytesWritten } = await handle.write(values, at, values.length - at, position + at);
    at += bytesWritten;
  }
}
