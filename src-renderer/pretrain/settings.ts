import type { Pretraining } from '../../src-main/contract/values/pretraining.ts';
import { deviceLabel } from '../train/devices.ts';
import { KIND_NAMES } from './kinds.ts';
import { valueTexts as text } from './reasons.ts';

/** Label and value of everything that decides a pre-training, as text; `model` names the model that it began with. */
export function settingsOf(
  { config, datasetName, result }: Pretraining,
  model: string | undefined,
): [label: string, value: string][] {
  const { init } = config;
  return [
    ['Kind', KIND_NAMES[config.kind]],
    ['Dataset', datasetName],
    ['Network', text.architecture(config.architecture)],
    ['Width', text.width(config.width)],
    ['Start from', init.kind === 'model' ? (model ?? `model ${init.modelId}`) : text.init(init)],
    ['Iterations', text.iterations(config.iterations)],
    ['Crop', text.cropSize(config.cropSize)],
    ['Random rescale', text.rescale(config.rescale)],
    ['Flip', text.flip(config.flip)],
    ['Batch size', text.batchSize(config.batchSize)],
    ['Passes per iteration', String(config.accumulate)],
    ['Optimiser', text.optimizer(config.optimizer)],
    ['Learning-rate schedule', text.schedule(config.schedule)],
    ['Learning rate of the head', text.headLearningRateFactor(config.headLearningRateFactor)],
    ['Validation', text.validateEvery(config.validateEvery)],
    ['Validation images on the way', text.validationImages(config.validationImages)],
    ['Seed', text.seed(config.seed)],
    ['Device', deviceLabel(result?.device ?? config.device)],
  ];
}
