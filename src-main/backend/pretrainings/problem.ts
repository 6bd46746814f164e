import { counted } from '../../base/words.ts';
import { filesGone } from '../../contract/filesGone.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import { startProblem } from '../models/startingWeights.ts';
import type { Workplace } from '../session.ts';
import type { PretrainImages } from './images.ts';

/** Whole images are validated in one square: larger ones would not fit into the memory. */
const LARGEST_SIDE = 1024;

/** Why a pre-training cannot start, as a sentence; null where it can. */
export function pretrainProblem(
  workplace: Workplace,
  dataset: Dataset,
  config: PretrainConfig,
  images: PretrainImages,
): string | null {
  return (
    datasetProblem(dataset) ??
    imagesProblem(dataset, config, images) ??
    networkProblem(config) ??
    startProblem(workplace, config)
  );
}

function datasetProblem({ name, source, status, content, classes, missing }: Dataset): string | null {
  if (status === 'importing') return `“${name}” is still being imported.`;
  if (status === 'failed') return `“${name}” was not imported completely. Import it again.`;
  if (missing) return filesGone(name, source);
  if (content !== 'images')
    return `“${name}” holds patches with one class each; pre-training learns from natural images such as Pascal VOC’s. Choose a dataset of images.`;
  return classes.length < 2 ? `“${name}” has no class besides the background.` : null;
}

function imagesProblem(
  { name }: Dataset,
  config: PretrainConfig,
  { train, val }: PretrainImages,
): string | null {
  const needed = config.batchSize * config.accumulate;
  const what = config.kind === 'segmentation' ? 'training images with a mask' : 'training images';
  if (train.length === 0) return `“${name}” has no ${what}.`;
  if (train.length < needed)
    return `An iteration of ${counted(needed, 'image', 'images')} is more than the ${train.length} ${what}. Choose a smaller batch.`;
  const large = val.find(({ width, height }) => Math.max(width, height) > LARGEST_SIDE);
  if (large)
    return `The validation image ${large.path} has ${large.width} x ${large.height} pixels; at most ${LARGEST_SIDE} on a side are possible.`;
  return null;
}

function networkProblem({ kind, architecture, rescale: [low, high] }: PretrainConfig): string | null {
  if (kind === 'segmentation' && architecture === 'resnet50')
    return 'DeepLabV2 is built on ResNet-18 or ResNet-34 here. Choose one of these.';
  return low > high ? 'The smallest rescale factor is larger than the largest.' : null;
}
