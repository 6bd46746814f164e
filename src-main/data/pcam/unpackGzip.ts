import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat, utimes } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError, reasonOf } from '../../base/errors.ts';
import { requireSpace } from '../import/unpackTo.ts';
import type { ExtractOptions } from '../import/unpackTo.ts';
import { identityOf } from './files.ts';
import path from 'node:path';

/** The end of a gzip file says its content's length modulo this. */
const LENGTH_MODULUS = 2 ** 32;

/**
 * Unpacks a gzip file, whole or not at all; once: what an earlier call has made of the same file is kept.
 * @throws UserError when it is damaged or the disk is full; the signal's reason when aborted
 */
export async function unpackGzip(
  file: string,
  target: string,
  { signal, onProgress }: ExtractOptions = {},
): Promise<void> {
  const { bytes, modified } = await identityOf(file);
  const earlier = await stat(target).catch(() => null); // not unpacked yet
  if (earlier && Math.trunc(earlier.mtimeMs) === modified) return;
  let room = await unpackedBytes(file);
  await requireSpace(path.dirname(target), room);
  const temporary = `${target}.unpacking`;
  const [source, gunzip] = [
    createReadStream(file, { highWaterMark: 1 << 20 }),
    createGunzip({ chunkSize: 1 << 20 }),
  ];
  let written = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written += chunk.length;
      onProgress?.(Math.min(source.bytesRead, bytes), bytes);
      if (written <= room) return done(null, chunk);
      room += LENGTH_MODULUS; // it holds more than its end can say
      requireSpace(path.dirname(target), LENGTH_MODULUS).then(() => done(null, chunk), done);
    },
  });
  try {
    await pipeline(source, gunzip, watch, createWriteStream(temporary), { signal });
    await utimes(temporary, modified / 1000, modified / 1000);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    signal?.throwIfAborted();
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    const reason = (error as NodeJS.ErrnoException).code?.startsWith('Z_')
      ? 'it is damaged or cut off. Download or copy it again'
      : reasonOf(error);
    throw new UserError(`The file could not be unpacked: ${reason}.`);
  }
}

/** What a gzip file's end says of its content's length, taken to be at least its own length: a plausible guess beyond 4 GB too. */
export async function unpackedBytes(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size < 18) throw new UserError('The file is no gzip file: it is too short.');
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, size - 4);
    const said = buffer.readUInt32LE();
    return said + LENGTH_MODULUS * Math.max(0, Math.ceil((size * 0.98 - said) / LENGTH_MODULUS));
  } finally {
    await handle.close();
  }
}
