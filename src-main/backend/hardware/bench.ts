import type { Job } from '../../contract/values/job.ts';
import type { BenchSpec } from '../../contract/worker.ts';
import type { Session } from '../session.ts';

/** A few seconds of training and of inference with all cores: what a person wants to know of a computer. */
const SHORT = {
  works: ['training resnet34 96 px batch 16', 'inference resnet34 224 px batch 32'],
  withPeer: false,
  threads: null,
  rounds: 2,
  steps: 1,
  seconds: 1.5,
} as const;

/** Queues a short measurement on what `auto` stands for here. */
export async function startBench({ queue, hardware }: Session): Promise<Job> {
  const { providers, auto, autoInference, cpu } = await hardware.get();
  const nameOf = (id: string) => providers.find(({ name }) => name === id)?.device ?? cpu;
  const parameters: BenchSpec = {
    ...SHORT,
    works: [...SHORT.works],
    training: { id: auto, name: nameOf(auto) },
    inference: { id: autoInference, name: nameOf(autoInference) },
  };
  return queue.enqueue({ kind: 'bench', title: 'Measure this computer', parameters });
}
