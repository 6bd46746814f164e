import sharp from 'sharp';
import type { Client, RequestInput } from '../../src-main/contract/requests.ts';
import type { Dataset, Patch } from '../../src-main/contract/values/dataset.ts';
import type { Job } from '../../src-main/contract/values/job.ts';
import type { TrainSpec, WorkerTask } from '../../src-main/contract/worker.ts';
import { defaultRunConfig } from '../../src-main/contract/defaults.ts';
import { importTask } from '../../src-main/workers/import.ts';

/** The real import and refresh, for a backend whose workers run in memory. */
export const importingTasks = {
  import: importTask,
  refresh: ((spec, context) => importTask(spec, { ...context })) satisfies WorkerTask<'refresh'>,
};

interface Backend {
  readonly client: Client;
  ended(jobId: number): Promise<Job>;
}

/** Imports and waits. */
export async function importOf(
  { client, ended }: Backend,
  path: string,
  more: Partial<RequestInput<'datasets.import'>> = {},
): Promise<Dataset> {
  const { dataset, job } = await client('datasets.import', { path, name: 'data', ...more });
  const { error, status } = await ended(job.id);
  if (status !== 'done') throw new Error(error ?? status);
  return client('datasets.get', { id: dataset.id });
}

/** Refreshes and waits. @returns the job as it ended */
export async function refreshOf(
  { client, ended }: Backend,
  id: number,
  path: string | null = null,
): Promise<Job> {
  return ended((await client('datasets.refresh', { id, path })).id);
}

/** All current patches, in the order of their ids. */
export async function patchesOf({ client }: Backend, id: number): Promise<Patch[]> {
  const limit = 500;
  const all: Patch[] = [];
  for (;;) {
    const { total, patches } = await client('datasets.patches', { id, offset: all.length, limit });
    all.push(...patches);
    if (all.length >= total) return all;
  }
}

/** A patch of 8 x 8 pixels that differs from number to number. */
export const tinted = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: { r: red, g: 90, b: 7 } } })
    .png()
    .toBuffer();

/** A run on two patches of each class. */
export const smallRun = (datasetId: number) => ({
  ...defaultRunConfig(datasetId),
  ...{ perClass: 2, validationPerClass: 0, testFraction: 0.4, batchSize: 4 },
});

/** Trainings that tell what they were asked for, and between `hold` and what follows wait. */
export function heldTraining(train: WorkerTask<'train'>) {
  const asked: TrainSpec[] = [];
  let gate: PromiseWithResolvers<void> | null = null;
  return {
    asked,
    task: (async (spec, context) => {
      asked.push(spec);
      await gate?.promise;
      return train(spec, context);
    }) satisfies WorkerTask<'train'>,
    hold: () => void (gate = Promise.withResolvers()),
    goOn() {
      gate?.resolve();
      gate = null;
    },
    breakDown() {
      gate?.reject(new Error('power cut'));
      gate = null;
    },
  };
}
