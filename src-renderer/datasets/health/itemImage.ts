import { imageRoutes } from '../../../src-main/contract/images.ts';
import type { DatasetContent } from '../../../src-main/contract/values/dataset.ts';
import { imageUrl } from '../../api/client.ts';

/**
 * The address of a picture of a dataset's patch or image.
 * @param large up to 1,024 pixels on the longer side where there are as many, else at most 256
 */
export function itemImage(content: DatasetContent, id: number, large = false): string {
  return imageUrl(
    content === 'patches'
      ? imageRoutes.patchThumbnail(id, 256)
      : imageRoutes.datasetImage(id, large ? 1024 : 256),
  );
}
