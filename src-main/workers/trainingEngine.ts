import { availableParallelism } from 'node:os';
import type { TrainSpec } from '../contract/worker.ts';
import type { Contents } from '../data/content.ts';
import type { PatchLoader } from '../data/loading.ts';
import { createPatchLoader } from '../data/patchLoader.ts';
import type { Trainer } from '../engines/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Tensors } from '../models/tensors.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../training/normalisation.ts';
import { withTrainer, type CreateTrainer } from './withTrainer.ts';

/** Decoded patches kept in memory, so that a small set is decoded once. */
const CACHE_BYTES = 2 ** 30;

/** Opens engine and loader for `work`, and closes them whatever happens. @param contents what the patches' files have to be */
export async function withEngine<Result>(
  create: CreateTrainer,
  spec: TrainSpec,
  contents: Contents,
  graph: Graph,
  batchSize: number,
  parameters: Tensors,
  work: (trainer: Trainer, loader: PatchLoader) => Promise<Result>,
): Promise<Result> {
  const { config } = spec;
  const { device } = config;
  if (device === 'auto') throw new Error('the device has to be resolved before a worker starts');
  const loader = createPatchLoader({
    imageSize: config.imageSize,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    cacheBytes: Math.min(CACHE_BYTES, process.availableMemory() / 4),
    contents,
  });
  try {
    const options = { graph, parameters, optimizer: config.optimizer, batchSize, device };
    return await withTrainer(create, options, (trainer) => work(trainer, loader));
  } finally {
    await loader.dispose();
  }
}
