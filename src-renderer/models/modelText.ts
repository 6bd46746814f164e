import { modelScore } from '../../src-main/contract/modelScore.ts';
import type { Model, ModelKind } from '../../src-main/contract/values/model.ts';
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

/** "ResNet-18", or "ResNet-18, width 16" where it is narrower than the published network. */
export function architectureName({ card }: { card: Pick<Model['card'], 'architecture' | 'width'> }): string {
  const name = NAMES[card.architecture];
  return card.width === STANDARD_WIDTH ? name : `${name}, width ${card.width}`;
}

/** Said of scores that nobody measured here. */
export const STATED = 'stated by its file';

/**
 * How good a model is, and on what: "accuracy 81.4 % (n = 750)", "mIoU 23.1 % (n = 200), stated by its file"; empty where nothing is known.
 */
export function scoreText(model: Model): string {
  const score = modelScore(model);
  if (!score) return '';
  const { metric, value, n, stated } = score;
  return `${metric} ${accuracy(value, n)}${stated ? `, ${STATED}` : ''}`;
}

/** A name that file systems accept, with the ending. */
export function fileName({ name }: Pick<Model, 'name'>, format: 'onnx' | 'safetensors'): string {
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '') || 'model'}.${format}`;
}
