import type { Architecture } from '../contract/values/run.ts';
import type { TrainSpec } from '../contract/worker.ts';
import type { Graph } from '../graph/graph.ts';
import type { Depth } from '../models/backbone.ts';
import { resnet } from '../models/resnet.ts';

/** The network's depth by its name. */
export const DEPTHS: Record<Architecture, Depth> = { resnet18: 18, resnet34: 34, resnet50: 50 };

/** The network that a specification asks for. */
export function networkOf({ config, classNames }: Pick<TrainSpec, 'config' | 'classNames'>): Graph {
  return resnet({
    depth: DEPTHS[config.architecture],
    width: config.width,
    classes: classNames.length,
    imageSize: config.imageSize,
  });
}
