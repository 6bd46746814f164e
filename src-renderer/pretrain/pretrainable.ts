import type { Dataset } from '../../src-main/contract/values/dataset.ts';

/** Whether a network can be pre-trained on a dataset: it needs natural images. */
export function isPretrainable({ status, content }: Dataset): boolean {
  return status === 'ready' && content === 'images';
}
