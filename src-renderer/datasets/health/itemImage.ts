import { imageRoutes } from '../../../src-main/contract/images.ts';
import type { DatasetContent } from '../../../src-main/contract/values/dataset.ts';
import { imageUrl } from '../../api/client.ts';

/** The address of a picture of a dataset's patch or image, at most 256 pixels on its longer side. */
export function itemImage(content: DatasetContent, id: number): string {
  return imageUrl(
    content === 'patches' ? imageRoutes.patchThumbnail(id, 256) : imageRoutes.datasetImage(id, 256),
  );
}
