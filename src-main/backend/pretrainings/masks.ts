import { readFile } from 'node:fs/promises';
import { vocRgb } from '../../contract/palette.ts';
import { NotFoundError } from '../problems.ts';
import type { Workplace } from '../session.ts';
import { getPretraining } from './pretrainings.ts';

/** A predicted mask of the strip as PNG in VOC's colours, the background transparent. */
export async function predictedMask(
  workplace: Workplace,
  id: number,
  iteration: number,
  imageId: number,
): Promise<Uint8Array> {
  getPretraining(workplace, id);
  const bytes = await readFile(workplace.files.pretrainingMask(id, iteration, imageId)).catch(() => {
    throw new NotFoundError(`There is no mask of image ${imageId} after iteration ${iteration}.`);
  });
  const { decodeIndexPng } = await import('../../data/voc/indexPng.ts');
  const { default: sharp } = await import('sharp');
  const { data, width, height } = decodeIndexPng(bytes);
  const colours = Buffer.alloc(width * height * 4);
  for (const [i, index] of data.entries()) if (index !== 0) colours.set([...vocRgb(index), 255], i * 4);
  return sharp(colours, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}
