import path from 'node:path';
import sharp from 'sharp';
import { writeAtomic } from '../../base/atomicFile.ts';
import type { PretrainImage, Seen } from '../../training/pretraining/objective.ts';

/** Where a predicted mask lies: a grey PNG of class indices, of the image's own size. */
const pictureFile = (folder: string, iteration: number, imageId: number): string =>
  path.join(folder, 'pictures', `${iteration}-${imageId}.png`);

/** Writes the masks that a validation's pictures have. */
export async function writePictures(
  folder: string,
  iteration: number,
  images: readonly PretrainImage[],
  seen: ReadonlyMap<number, Seen>,
): Promise<void> {
  for (const { id, width, height } of images) {
    const mask = seen.get(id)?.mask;
    if (!mask) continue;
    const png = sharp(mask, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png();
    await writeAtomic(pictureFile(folder, iteration, id), await png.toBuffer());
  }
}
