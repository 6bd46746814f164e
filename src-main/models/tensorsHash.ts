import { createHash, type Hash } from 'node:crypto';
import type { Tensors } from './tensors.ts';

/** Adds every tensor's name, shape and values to a hash, in the order of their names. */
export function addTensors(hash: Hash, tensors: Tensors): Hash {
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash;
}

/** What tells weights from all others, whatever file they lie in: SHA-256, hexadecimal. */
export const weightsHash = (tensors: Tensors): string =>
  addTensors(createHash('sha256'), tensors).digest('hex');
