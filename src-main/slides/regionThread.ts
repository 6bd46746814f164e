/**
 * The thread behind `createRegionPool`: reads patches of a slide as the network wants them, one task after the other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { explain } from '../base/errors.ts';
import { augmentImage } from '../data/augmentation/augment.ts';
import { openSlide } from './open.ts';
import type { RegionReply, RegionTask, RegionThreadData } from './regionMessages.ts';

const { slidePath, patchSize, imageSize, ...normalisation } = workerData as RegionThreadData;
const IMAGE_VALUES = 3 * imageSize * imageSize;

sharp.concurrency(1);

const opened = openSlide(slidePath);
opened.catch(() => {}); // thrown again by the first task

async function perform({ id, corners }: RegionTask): Promise<RegionReply> {
  const slide = await opened;
  const planes = new Float32Array((corners.length / 2) * IMAGE_VALUES);
  for (let i = 0; i < corners.length / 2; i++) {
    const { data } = await slide.readRegion({
      x: corners[i * 2] ?? 0,
      y: corners[i * 2 + 1] ?? 0,
      width: imageSize,
      height: imageSize,
      downsample: patchSize / imageSize,
    });
    augmentImage(
      data,
      imageSize,
      null,
      normalisation,
      planes.subarray(i * IMAGE_VALUES, (i + 1) * IMAGE_VALUES),
    );
  }
  return { id, ok: true, planes };
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
