import { UserError } from '../../base/errors.ts';
import { threadPool, type ThreadPool } from '../threads/threadPool.ts';
import type { Hdf5Answer, Hdf5Description, Hdf5Task } from './hdf5Messages.ts';

/** Reads datasets of HDF5 files by slices. What a damaged file does to the library harms nobody but that file. */
export interface Hdf5Reader {
  /** @throws UserError with the library's reason, without the file's name */
  describe(file: string, dataset: string): Promise<Hdf5Description>;
  /** The values of the entries `from` … `to - 1` along the first axis, of a dataset of bytes. @throws UserError likewise */
  read(file: string, dataset: string, from: number, to: number): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

/** A slice takes a second at most; a damaged index can send the library in circles. */
const LIMIT_MS = 60_000;

export function hdf5Reader(limit = LIMIT_MS): Hdf5Reader {
  let pool: ThreadPool<Hdf5Task, Hdf5Answer> | null = null;
  const end = async () => {
    const ended = pool;
    pool = null;
    await ended?.dispose();
  };
  const ask = async (task: Hdf5Task): Promise<Hdf5Answer> => {
    pool ??= threadPool(new URL('./hdf5Thread.ts', import.meta.url), null, 1);
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new UserError('reading it takes for ever')), limit);
    try {
      return await Promise.race([pool.perform(task, 1), late]);
    } catch (error) {
      await end(); // after a failure the library's memory is not to be trusted: the next task gets a new one
      throw error instanceof UserError ? error : new UserError('the HDF5 library broke down over it');
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    async describe(file, dataset) {
      const answer = await ask({ kind: 'describe', file, dataset });
      if (!('description' in answer)) throw new Error('The HDF5 thread answered something else.');
      return answer.description;
    },
    async read(file, dataset, from, to) {
      const answer = await ask({ kind: 'read', file, dataset, from, to });
      if (!('values' in answer)) throw new Error('The HDF5 thread answered something else.');
      return answer.values;
    },
    dispose: end,
  };
}
