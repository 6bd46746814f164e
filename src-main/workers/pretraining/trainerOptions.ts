import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import type { TrainerOptions } from '../../engines/engine.ts';
import type { Graph } from '../../graph/graph.ts';
import { headPrefixes } from '../../models/heads.ts';
import type { Tensors } from '../../models/tensors.ts';

/** How a pre-training's trainer is made. */
export function trainerOptions(config: PretrainConfig, graph: Graph, parameters: Tensors): TrainerOptions {
  const { optimizer, batchSize, accumulate, seed, device, headLearningRateFactor } = config;
  if (device === 'auto')
    throw new Error('The device of a pre-training is resolved before its worker starts.');
  return {
    graph,
    parameters,
    optimizer,
    groups: [{ prefixes: headPrefixes(graph.parameters), learningRateFactor: headLearningRateFactor }],
    batchSize,
    accumulate,
    seed,
    logits: false,
    device,
  };
}
