import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { UserError } from '../base/errors.ts';
import type { RegionPatches, RegionReply, RegionThreadData } from './regionMessages.ts';

/** Reads patches of one slide in threads of its own, each with its own cache of decoded tiles. */
export interface RegionPool {
  /**
   * @param thread which one reads them (modulo their number): give neighbours to the same, which then decodes a shared
   *   tile once
   * @param corners of the patches in level-0 pixels: x, y, x, y, …
   * @throws UserError when the slide cannot be read at all
   */
  read(thread: number, corners: Int32Array): Promise<RegionPatches>;
  dispose(): Promise<void>;
}

interface Pending {
  resolve(patches: RegionPatches): void;
  reject(reason: Error): void;
}

export function createRegionPool(options: RegionThreadData & { readonly threads: number }): RegionPool {
  const { threads, ...workerData } = options;
  const readers = Array.from({ length: Math.max(1, threads) }, () => startReader(workerData));
  return {
    read(thread, corners) {
      const reader = readers[thread % readers.length];
      return reader ? reader.read(corners) : Promise.reject(new RangeError(`there is no thread ${thread}`));
    },
    async dispose() {
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
}

function startReader(workerData: RegionThreadData) {
  const worker = new Worker(new URL('./regionThread.ts', import.meta.url), { workerData });
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let dead: Error | null = null;
  const die = (reason: Error) => {
    dead ??= reason;
    for (const { reject } of pending.values()) reject(dead);
    pending.clear();
  };
  worker.on('message', (reply: RegionReply) => {
    const waiting = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply);
    else waiting?.reject(new UserError(reply.message, reply.details));
  });
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`A thread that reads the slide ended (exit code ${code}).`)));
  return {
    read(corners: Int32Array): Promise<RegionPatches> {
      if (dead) return Promise.reject(dead);
      return new Promise((resolve, reject) => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, corners });
      });
    },
    async stop(): Promise<void> {
      if (dead) return;
      const ended = once(worker, 'exit');
      worker.postMessage('stop');
      await ended;
    },
  };
}
