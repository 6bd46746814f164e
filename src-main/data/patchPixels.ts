import sharp from 'sharp';
import { UserError, reasonOf } from '../base/errors.ts';
import type { RecordedContent } from '../contract/worker.ts';
import { requireRecorded } from './content.ts';
import { decodeRgb, type Rgb } from './rgb.ts';
import { placeInPack, readPacked } from './packedPatches.ts';

/**
 * The pixels of a patch, whatever its path names: an image file, or a place in a pack ("…_x.h5#1234").
 * @param side if given, the central square is resampled (Lanczos 3) to side x side, as `decodeRgb` does
 * @param content what is on record of it, where it has to be that
 * @throws UserError naming the file and what is wrong with it
 */
export async function readPatch(patch: string, side?: number, content?: RecordedContent): Promise<Rgb> {
  const place = placeInPack(patch);
  if (!place) return decodeRgb(patch, side, content);
  const { data, width, height, trace } = await readPacked(place.index, place.position);
  try {
    requireRecorded({ bytes: data, trace }, content);
  } catch (error) {
    throw new UserError(`The patch ${patch} cannot be used. ${reasonOf(error)}`);
  }
  if (side === undefined || (side === width && side === height)) return { data, width, height };
  const resized = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(side, side, { fit: 'cover', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { data: resized, width: side, height: side };
}
