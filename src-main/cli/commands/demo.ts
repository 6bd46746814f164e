import { Command } from 'commander';
import type { Client } from '../../contract/requests.ts';
import {
  STOPPED,
  execute,
  withCommonOptions,
  type CommonOptions,
  type Context,
  type Output,
} from '../command.ts';
import { percent } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

export function demoCommand(): Command {
  return withCommonOptions(new Command('demo'))
    .description('synthetic tissue → training → slide → exports, in a few minutes and offline')
    .action((options: CommonOptions) => execute(options, true, demo));
}

async function demo(context: Context): Promise<Output> {
  const { client, workspace } = context;
  const begin = performance.now();
  const { runId, predictionId, lastJobId, files } = await client('demo.start', {});
  for (const id of await chainTo(client, lastJobId)) {
    const { status, title } = await waitForJob(context, id);
    if (status === 'cancelled')
      return { json: { runId, status }, text: `Stopped at “${title}”.`, exitCode: STOPPED };
  }
  const { result } = await client('runs.get', { id: runId });
  const { patches, patchesPerSecond } = await client('predictions.get', { id: predictionId });
  const seconds = (performance.now() - begin) / 1000;
  const test = result?.test ?? null;
  return {
    json: {
      runId,
      test,
      baseline: result?.baseline ?? null,
      slide: { patches, patchesPerSecond },
      files,
      seconds,
      workspace,
    },
    text: [
      `Synthetic demo finished in ${seconds.toFixed(0)} s.`,
      `Test accuracy ${percent(test?.accuracy)} (n = ${test?.n}) on synthetic tissue.`,
      `Slide: ${patches} patches, ${patchesPerSecond?.toFixed(0)} patches/s.`,
      ...Object.values(files),
      `All of it is in the workspace ${workspace}.`,
    ].join('\n'),
  };
}

/** The ids of a job and of those before it, first to last. */
async function chainTo(client: Client, lastId: number): Promise<number[]> {
  const { afterJobId } = await client('jobs.get', { id: lastId });
  return afterJobId === null ? [lastId] : [...(await chainTo(client, afterJobId)), lastId];
}
