import type { DatasetImage } from '../../src-main/contract/values/dataset.ts';
import { client } from '../api/client.ts';

const PAGE = 1000;

/** The validation images of a pre-training's strip: their sizes and labels, which the pictures themselves do not tell. */
export class PictureImages {
  error = $state.raw<unknown>(null);
  #found = $state.raw<readonly DatasetImage[]>([]);

  get(id: number): DatasetImage | undefined {
    return this.#found.find((image) => image.id === id);
  }

  /** Looks through the dataset's validation images until all are found. */
  async load(datasetId: number, ids: readonly number[]): Promise<void> {
    const found: DatasetImage[] = [];
    try {
      for (let offset = 0; found.length < ids.length; offset += PAGE) {
        const { images } = await client('datasets.images', {
          ...{ id: datasetId, split: 'val', offset, limit: PAGE },
        });
        if (images.length === 0) break;
        found.push(...images.filter((image) => ids.includes(image.id)));
      }
      this.#found = found;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }
}
