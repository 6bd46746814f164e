import type { ModelCard } from '../contract/values/model.ts';
import type { Graph } from '../graph/graph.ts';
import { resnet } from '../models/resnet.ts';
import { resnetFeatures } from '../models/resnetFeatures.ts';
import { DEPTHS } from './network.ts';
import { pretrainNetwork } from './pretraining/network.ts';

/** The network that a card describes; of a backbone that which gives its features. */
export function networkOfCard(card: ModelCard): Graph {
  const { kind, architecture, width, classNames, imageSize } = card;
  const classes = classNames.length;
  switch (kind) {
    case 'classifier':
      return resnet({ depth: DEPTHS[architecture], width, classes, imageSize });
    case 'multilabel':
      return pretrainNetwork({ kind: 'classification', architecture, width }, classes, imageSize);
    case 'segmenter':
      return pretrainNetwork({ kind: 'segmentation', architecture, width }, classes, imageSize);
    case 'backbone':
      return resnetFeatures({ depth: DEPTHS[architecture], width, imageSize });
  }
}
