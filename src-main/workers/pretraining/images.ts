import path from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { LabelledImage } from '../../contract/values/labelledImage.ts';
import type { PretrainSpec } from '../../contract/worker.ts';
import type { PretrainImage } from '../../training/pretraining/objective.ts';

/** The images with absolute paths; masks only where they are the target. @throws UserError where a mask is missing */
export function imagesOf(
  { root, config }: Pick<PretrainSpec, 'root' | 'config'>,
  images: readonly LabelledImage[],
): PretrainImage[] {
  return images.map(({ id, path: file, maskPath, labels, width, height }) => {
    const image = path.join(root, file);
    if (config.kind === 'classification') return { id, image, mask: null, labels, width, height };
    if (maskPath === null) throw new UserError(`${image} has no mask, and a segmentation needs one.`);
    return { id, image, mask: path.join(root, maskPath), labels, width, height };
  });
}
