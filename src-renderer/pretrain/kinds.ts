import type { PretrainKind } from '../../src-main/contract/values/pretraining.ts';

/** The kinds of pre-training as the interface names them. */
export const KIND_NAMES: Readonly<Record<PretrainKind, string>> = {
  segmentation: 'Semantic segmentation',
  classification: 'Multi-label classification',
};

/** What each is, in one sentence. */
export const KIND_TEXTS: Readonly<Record<PretrainKind, string>> = {
  segmentation:
    'DeepLabV2 learns a class for every pixel from masks; the paper found that its backbone helps more with few tissue labels.',
  classification:
    'A ResNet learns which classes an image shows, any number of them at once, from labels of whole images.',
};
