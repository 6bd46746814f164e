import type { Model, ModelKind } from '../../src-main/contract/values/model.ts';
import type { PretrainKind } from '../../src-main/contract/values/pretraining.ts';
import { accuracy } from '../ui/format.ts';

const NAMES = { resnet18: 'ResNet-18', resnet34: 'ResNet-34', resnet50: 'ResNet-50' } as const;
/** Channels of the first stage in the published networks. */
const STANDARD_WIDTH = 64;

/** The kinds of models as the interface names one and several. */
export const KINDS: Readonly<Record<ModelKind, { readonly one: string; readonly many: string }>> = {
  classifier: { one: 'Classifier', many: 'Classifiers' },
  segmenter: { one: 'Segmentation', many: 'Segmentation networks' },
  multilabel: { one: 'Multi-label', many: 'Multi-label networks' },
  backbone: { one: 'Imported backbone', many: 'Imported backbones' },
};

/** How the score of a kind of pre-training is called. */
export const SCORES: Readonly<Record<PretrainKind, 'mIoU' | 'mAP'>> = {
  segmentation: 'mIoU',
  classification: 'mAP',
};

/** "ResNet-18", or "ResNet-18, width 16" where it is narrower than the published network. */
export function architectureName({ card }: { card: Pick<Model['card'], 'architecture' | 'width'> }): string {
  const name = NAMES[card.architecture];
  return card.width === STANDARD_WIDTH ? name : `${name}, width ${card.width}`;
}

/** How good a model was, and on what: "accuracy 81.4 % (n = 750)", "mIoU 23.1 % (n = 200)"; empty where nothing was measured. */
export function scoreText({
  testAccuracy,
  testN,
  validation,
}: Pick<Model, 'testAccuracy' | 'testN' | 'validation'>): string {
  if (testAccuracy !== null) return `accuracy ${accuracy(testAccuracy, testN)}`;
  return validation ? `${validation.metric} ${accuracy(validation.value, validation.n)}` : '';
}

/** A name that file systems accept, with the ending. */
export function fileName({ name }: Pick<Model, 'name'>, format: 'onnx' | 'safetensors'): string {
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '') || 'model'}.${format}`;
}
