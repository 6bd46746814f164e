/** The thread behind `createVocLoader`: decodes, crops and normalises images with their masks. */
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { UserError } from '../../base/errors.ts';
import { IGNORE_LABEL } from '../../contract/values/labelledImage.ts';
import type { Normalisation } from '../augmentation/augment.ts';
import { decodeRgb } from '../rgb.ts';
import { serveTasks } from '../threads/serveTasks.ts';
import { shared } from '../threads/shared.ts';
import type { SharedImage, VocResult, VocTask } from './loaderMessages.ts';
import { readMask } from './mask.ts';
import { renderView } from './renderView.ts';
import { drawView, wholeView } from './view.ts';

const normalisation = workerData as Normalisation;

sharp.concurrency(1);
sharp.cache(false);

async function perform({ items, size, withMasks, settings }: VocTask): Promise<VocResult> {
  const plane = size * size;
  const images = new Float32Array(items.length * 3 * plane);
  const masks = new Int32Array(withMasks ? items.length * plane : 0).fill(IGNORE_LABEL);
  const decoded: { key: string; image: SharedImage }[] = [];
  const imageOf = async (index: number): Promise<SharedImage | null> => {
    const item = items[index];
    if (!item || item.decoded) return item?.decoded ?? null;
    const image = await decode(item);
    decoded.push({ key: item.key, image });
    return image;
  };
  let next = imageOf(0);
  for (const [i, item] of items.entries()) {
    const image = await next;
    next = imageOf(i + 1); // the decoder works on one image while this thread draws the one before
    next.catch(() => {}); // its failure is met when it is awaited, or after this one's
    if (!image) continue;
    if (!settings && Math.max(image.width, image.height) > size)
      throw new UserError(
        `The image ${item.image} has ${image.width} x ${image.height} pixels, more than the ${size} x ${size} that it is to be put in.`,
      );
    renderView(
      {
        ...image,
        rgb: new Uint8Array(image.rgb),
        mask: image.mask && new Uint8Array(image.mask),
      },
      settings ? drawView(image, size, settings, item.seed) : wholeView(image),
      size,
      normalisation,
      images.subarray(i * 3 * plane, (i + 1) * 3 * plane),
      withMasks ? masks.subarray(i * plane, (i + 1) * plane) : null,
    );
  }
  return { images, masks, decoded };
}

async function decode({
  image: file,
  mask: maskFile,
  content,
  maskContent,
}: VocTask['items'][number]): Promise<SharedImage> {
  // One after the other: a thread has one image in the decoder, and the mask is decoded on this thread anyway.
  const { data, width, height } = await decodeRgb(file, undefined, content);
  const mask = maskFile === null ? null : await readMask(maskFile, maskContent);
  if (mask && (mask.width !== width || mask.height !== height))
    throw new UserError(
      `The mask ${maskFile} has ${mask.width} x ${mask.height} pixels, its image ${width} x ${height}.`,
    );
  const byteLength = data.length + (mask?.data.length ?? 0);
  return { width, height, rgb: shared(data), mask: mask && shared(mask.data), byteLength };
}

serveTasks(perform, ({ images, masks }) => [images.buffer as ArrayBuffer, masks.buffer as ArrayBuffer]);
