import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src-main/base/random.ts';
import type { LabelledImage } from '../../src-main/contract/values/labelledImage.ts';
import { indexPng } from './indexPng.ts';

/** Of the shapes' images, background first. */
export const SHAPE_CLASSES = ['background', 'red', 'green', 'blue'];
const COLOURS = [
  [110, 110, 110],
  [200, 60, 60],
  [60, 180, 60],
  [60, 80, 210],
] as const;

/**
 * Writes a folder in VOC's layout: noisy grey images of two sizes, each with one or two coloured rectangles, their masks, and lists of
 * which they train or validate on.
 */
export async function writeShapes(root: string, train: number, val: number): Promise<LabelledImage[]> {
  for (const folder of ['JPEGImages', 'SegmentationClass', 'ImageSets/Segmentation'])
    await mkdir(path.join(root, folder), { recursive: true });
  const images: LabelledImage[] = [];
  for (let id = 1; id <= train + val; id++) {
    const name = String(id).padStart(4, '0');
    const { width, height, indices, pixels } = shapes(id);
    const image = { path: `JPEGImages/${name}.jpg`, maskPath: `SegmentationClass/${name}.png` };
    const raw = { width, height, channels: 3 as const };
    await writeFile(
      path.join(root, image.path),
      await sharp(pixels, { raw }).jpeg({ quality: 95 }).toBuffer(),
    );
    await writeFile(path.join(root, image.maskPath), indexPng(indices, { width, height }));
    const labels = [1, 2, 3].filter((label) => indices.includes(label));
    images.push({ id, ...image, labels, split: id <= train ? 'train' : 'val', width, height });
  }
  for (const split of ['train', 'val'] as const) {
    const names = images.filter((image) => image.split === split).map((image) => path.parse(image.path).name);
    await writeFile(path.join(root, `ImageSets/Segmentation/${split}.txt`), `${names.join('\n')}\n`);
  }
  await writeFile(path.join(root, 'labels.txt'), `${SHAPE_CLASSES.join('\n')}\n`);
  return images;
}

function shapes(id: number) {
  const random = Random.from(id, 'shapes');
  const [width, height] = id % 2 === 0 ? [60, 44] : [48, 56];
  const indices = new Uint8Array(width * height);
  const first = 1 + (id % 3);
  for (const index of random.uniform() < 0.5 ? [first] : [first, 1 + ((id + 1) % 3)]) {
    const [w, h] = [14 + random.integer(14), 14 + random.integer(14)];
    const [left, top] = [random.integer(width - w), random.integer(height - h)];
    for (let y = top; y < top + h; y++) indices.fill(index, y * width + left, y * width + left + w);
  }
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const colour = COLOURS[indices[Math.floor(i / 3)] ?? 0]?.[i % 3] ?? 0;
    return Math.min(255, Math.max(0, colour + 25 * random.normal()));
  });
  return { width, height, indices, pixels };
}
