import type { DatasetImage } from '../../contract/values/dataset.ts';
import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import type { Workplace } from '../session.ts';

/** What a pre-training trains and validates on. */
export interface PretrainImages {
  readonly train: readonly DatasetImage[];
  readonly val: readonly DatasetImage[];
}

/**
 * The dataset's images that serve a kind of pre-training: each content once, so that no validation image was trained on, and for a
 * segmentation those with a mask.
 * @param revision of the dataset
 */
export function pretrainImages(
  { store }: Workplace,
  { kind, datasetId }: Pick<PretrainConfig, 'kind' | 'datasetId'>,
  revision: number,
): PretrainImages {
  const usable = store.images
    .at(datasetId, revision)
    .filter(
      ({ duplicateOf, maskPath }) => duplicateOf === null && (kind === 'classification' || maskPath !== null),
    );
  return {
    train: usable.filter(({ split }) => split === 'train'),
    val: usable.filter(({ split }) => split === 'val'),
  };
}
