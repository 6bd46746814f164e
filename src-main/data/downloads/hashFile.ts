import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/**
 * Adds a file's first `bytes` bytes to a hash.
 * @throws the signal's reason when aborted
 */
export async function addToHash(hash: Hash, file: string, bytes: number, signal: AbortSignal): Promise<void> {
  if (bytes === 0) return;
  const stream = createReadStream(file, { end: bytes - 1, highWaterMark: 1 << 20 });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
}
