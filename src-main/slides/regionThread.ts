/**
 * The thread behind `createRegionPool`: reads patches of a slide as the network wants them, one task after the other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { explain } from '../base/errors.ts';
import { openSlide } from './open.ts';
import { readPatches } from './readPatches.ts';
import type { RegionReply, RegionTask, RegionThreadData } from './regionMessages.ts';

const { slidePath, ...options } = workerData as RegionThreadData;

sharp.concurrency(1);

const opened = openSlide(slidePath);
opened.catch(() => {}); // thrown again by the first task

async function perform({ id, corners }: RegionTask): Promise<RegionReply> {
  return { id, ok: true, ...(await readPatches(await opened, corners, options)) };
}

// Tasks follow one another: neighbouring patches then find the tiles that they share in the cache.
let last = Promise.resolve();
let stopped = false;
parentPort?.on('message', (task: RegionTask | 'stop') => {
  if (task === 'stop') {
    stopped = true;
    last = last.then(stop);
    return;
  }
  last = last.then(async () => {
    if (stopped) return;
    const reply = await perform(task).catch((error: unknown): RegionReply => ({
      id: task.id,
      ok: false,
      ...explain(error),
    }));
    parentPort?.postMessage(reply, reply.ok ? [reply.planes.buffer as ArrayBuffer] : []);
  });
});

/**
 * With its port closed and nothing left to do, the thread ends. Ending it from outside could hit the decoder at work.
 */
async function stop(): Promise<void> {
  await opened.then(
    (slide) => slide.close(),
    () => {}, // it was never open
  );
  parentPort?.close();
}
