/** The thread behind `createPatchLoader`: decodes, augments and normalises, one task after the other. */
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { augmentImage } from './augmentation/augment.ts';
import type { LoaderResult, LoaderTask, LoaderThreadData } from './loaderMessages.ts';
import { readPatch } from './patchPixels.ts';
import { serveTasks } from './threads/serveTasks.ts';
import { shared } from './threads/shared.ts';

const { imageSize, keep, ...normalisation } = workerData as LoaderThreadData;
const IMAGE_VALUES = 3 * imageSize * imageSize;

sharp.concurrency(1);
sharp.cache(false);

async function perform({ images, settings }: LoaderTask): Promise<LoaderResult> {
  const planes = new Float32Array(images.length * IMAGE_VALUES);
  const decoded: { path: string; pixels: SharedArrayBuffer }[] = [];
  const pixelsOf = async (index: number): Promise<Uint8Array | null> => {
    const image = images[index];
    if (!image) return null;
    if (image.pixels) return new Uint8Array(image.pixels);
    const { data } = await readPatch(image.path, imageSize, image.content);
    if (keep) decoded.push({ path: image.path, pixels: shared(data) });
    return data;
  };
  let next = pixelsOf(0);
  for (const [i, { seed }] of images.entries()) {
    const pixels = await next;
    next = pixelsOf(i + 1); // the decoder works on one image while this thread augments the one before
    if (pixels)
      augmentImage(
        pixels,
        imageSize,
        settings && { settings, seed },
        normalisation,
        planes.subarray(i * IMAGE_VALUES, (i + 1) * IMAGE_VALUES),
      );
  }
  return { planes, decoded };
}

serveTasks(perform, ({ planes }) => [planes.buffer]);
