import { readFile } from 'node:fs/promises';
import { UserError, reasonOf } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { TrainSpec } from '../contract/worker.ts';
import type { Graph } from '../graph/graph.ts';
import { initialise } from '../graph/initialise.ts';
import { carryOver } from '../models/carryOver.ts';
import { resnet } from '../models/resnet.ts';
import { decodeSafetensors } from '../models/safetensors.ts';
import type { Tensors } from '../models/tensors.ts';

/** The network that a specification asks for. */
export function networkOf({ config, classNames }: Pick<TrainSpec, 'config' | 'classNames'>): Graph {
  return resnet({
    depth: config.architecture === 'resnet18' ? 18 : 34,
    width: config.width,
    classes: classNames.length,
    imageSize: config.imageSize,
  });
}

/**
 * First weights: from the seed, and where there is an `initFile`, with its backbone put over them. The classifier is
 * always new, so that runs with and without a start differ in nothing else.
 * @throws UserError when the file cannot be read or does not fit the network.
 */
export async function initialParameters(
  graph: Graph,
  { config, initFile }: Pick<TrainSpec, 'config' | 'initFile'>,
): Promise<Tensors> {
  const fresh = initialise(graph, Random.from(config.seed, 'weights'));
  if (initFile === null) return fresh;
  try {
    return carryOver(fresh, decodeSafetensors(await readFile(initFile)).tensors).parameters;
  } catch (error) {
    throw new UserError(
      `The weights in ${initFile} cannot be carried over: ${reasonOf(error)}. Choose another start, or random weights.`,
    );
  }
}
