import type { PretrainMetric } from './values/heldOut.ts';
import type { PretrainKind } from './values/pretraining.ts';

/** What each kind of pre-training is measured by. */
export const pretrainMetrics: Readonly<Record<PretrainKind, PretrainMetric>> = {
  segmentation: 'mIoU',
  classification: 'mAP',
};
