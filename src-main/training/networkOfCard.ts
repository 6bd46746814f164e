import type { ModelCard } from '../contract/values/model.ts';
import type { Graph } from '../graph/graph.ts';
import { resnet } from '../models/resnet.ts';
import { DEPTHS } from './network.ts';
import { pretrainNetwork } from './pretraining/network.ts';

/** The network that a card describes; of a backbone with one output, which it has no weights for. */
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
      return resnet({ depth: DEPTHS[architecture], width, classes: 1, imageSize });
  }
}
