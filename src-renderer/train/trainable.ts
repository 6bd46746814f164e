import type { Dataset } from '../../src-main/contract/values/dataset.ts';

/** Whether a classifier can be trained on a dataset: natural images are for pre-training. */
export function isTrainable({ status, content }: Dataset): boolean {
  return status === 'ready' && content === 'patches';
}
