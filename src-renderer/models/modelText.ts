import type { Model } from '../../src-main/contract/values/model.ts';

const NAMES = { resnet18: 'ResNet-18', resnet34: 'ResNet-34' } as const;
/** Channels of the first stage in the published networks. */
const STANDARD_WIDTH = 64;

/** "ResNet-18", or "ResNet-18, width 16" where it is narrower than the published network. */
export function architectureName({ card }: Pick<Model, 'card'>): string {
  const name = NAMES[card.architecture];
  return card.width === STANDARD_WIDTH ? name : `${name}, width ${card.width}`;
}

/** A name that file systems accept, with the ending. */
export function fileName({ name }: Pick<Model, 'name'>, format: 'onnx' | 'safetensors'): string {
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '') || 'model'}.${format}`;
}
