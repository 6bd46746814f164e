/** The thread behind `createPatchLoader`: decodes, augments and normalises, one task after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { explain } from '../base/errors.ts';
import { augmentImage } from './augmentation/augment.ts';
import type { LoaderReply, LoaderTask, LoaderThreadData } from './loaderMessages.ts';
import { decodeRgb } from './rgb.ts';

const { imageSize, ...normalisation } = workerData as LoaderThreadData;
const IMAGE_VALUES = 3 * imageSize * imageSize;

sharp.concurrency(1);
sharp.cache(false);

async function perform({ id, images, settings }: LoaderTask): Promise<LoaderReply> {
  const planes = new Float32Array(images.length * IMAGE_VALUES);
  const decoded: { path: string; pixels: SharedArrayBuffer }[] = [];
  const pixelsOf = async (index: number) => {
    const image = images[index];
    if (!image || image.pixels) return image?.pixels ?? null;
    const pixels = await decodeShared(image.path);
    decoded.push({ path: image.path, pixels });
    return pixels;
  };
  let next = pixelsOf(0);
  for (const [i, { seed }] of images.entries()) {
    const pixels = await next;
    next = pixelsOf(i + 1); // the decoder works on one image while this thread augments the one before
    if (pixels)
      augmentImage(
        new Uint8Array(pixels),
        imageSize,
        settings && { settings, seed },
        normalisation,
        planes.subarray(i * IMAGE_VALUES, (i + 1) * IMAGE_VALUES),
      );
  }
  return { id, ok: true, planes, decoded };
}

async function decodeShared(path: string): Promise<SharedArrayBuffer> {
  const { data } = await decodeRgb(path, imageSize);
  const shared = new SharedArrayBuffer(data.length);
  new Uint8Array(shared).set(data);
  return shared;
}

// Tasks follow one another, so that a thread has at most one image in the decoder.
let last = Promise.resolve();
parentPort?.on('message', (task: LoaderTask) => {
  last = last.then(async () => {
    const reply = await perform(task).catch((error: unknown): LoaderReply => ({
      id: task.id,
      ok: false,
      ...explain(error),
    }));
    parentPort?.postMessage(reply, reply.ok ? [reply.planes.buffer as ArrayBuffer] : []);
  });
});
