import { availableParallelism } from 'node:os';
import type { TrainSpec } from '../contract/worker.ts';
import type { PatchLoader } from '../data/loading.ts';
import { createPatchLoader } from '../data/patchLoader.ts';
import type { Trainer } from '../engines/engine.ts';
import { createTrainer } from '../engines/onnx/trainer.ts';
import type { Graph } from '../graph/graph.ts';
import type { Checkpoint } from '../training/checkpoint.ts';
import { engineFailure, withExplainedFailures } from '../training/engineFailure.ts';
import { initialParameters } from '../training/network.ts';
import { IMAGENET_MEAN, IMAGENET_STD } from '../training/normalisation.ts';
import { parametersOf } from '../training/parametersOf.ts';

/** Decoded patches kept in memory, so that a small set is decoded once. */
const CACHE_BYTES = 2 ** 30;

/** Opens engine and loader for `work`, and closes them whatever happens. */
export async function withEngine<Result>(
  spec: TrainSpec,
  graph: Graph,
  batchSize: number,
  from: Checkpoint | null,
  work: (trainer: Trainer, loader: PatchLoader) => Promise<Result>,
): Promise<Result> {
  const { config } = spec;
  const device = config.device === 'webgpu' ? 'webgpu' : 'cpu';
  // a start's file may be gone by the time that an interrupted run goes on
  const parameters = from ? parametersOf(from.tensors) : await initialParameters(graph, spec);
  const loader = createPatchLoader({
    imageSize: config.imageSize,
    mean: IMAGENET_MEAN,
    std: IMAGENET_STD,
    threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    cacheBytes: Math.min(CACHE_BYTES, process.availableMemory() / 4),
  });
  try {
    const { optimizer } = config;
    const trainer = await createTrainer({ graph, parameters, optimizer, batchSize, device }).catch(
      (error: unknown) => {
        throw engineFailure(device, 'starting', error);
      },
    );
    try {
      return await work(withExplainedFailures(trainer), loader);
    } finally {
      await trainer.dispose();
    }
  } finally {
    await loader.dispose();
  }
}
