import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import type { Graph } from '../../graph/graph.ts';
import { deeplab } from '../../models/deeplab.ts';
import { resnet } from '../../models/resnet.ts';
import { DEPTHS } from '../network.ts';

/**
 * DeepLabV2, or a ResNet with one independent logit per class.
 * @param classes outputs; see `learntClasses`
 * @param imageSize side of the square input; the weights do not depend on it
 */
export function pretrainNetwork(
  { kind, architecture, width }: Pick<PretrainConfig, 'kind' | 'architecture' | 'width'>,
  classes: number,
  imageSize: number,
): Graph {
  const depth = DEPTHS[architecture];
  if (kind === 'classification')
    return resnet({ depth, width, classes, imageSize, loss: { kind: 'binaryCrossEntropy' } });
  if (depth === 50) throw new Error('DeepLabV2 is built on ResNet-18 or -34'); // the backend refuses it in words
  return deeplab({ depth, width, classes, imageSize });
}
