import { Command } from 'commander';
import { UserError } from '../../base/errors.ts';
import { execute, withCommonOptions, type CommonOptions, type Context, type Output } from '../command.ts';
import { datasetCalled, modelCalled } from '../lookUp.ts';
import { howToResume, runReport } from '../runReport.ts';
import { addRunOptions, runConfig, type RunOptions } from '../runOptions.ts';
import { waitForJob } from '../waitForJob.ts';

interface TrainOptions extends CommonOptions, RunOptions {
  readonly dataset: string;
  readonly init?: string;
  readonly name?: string;
}

export function trainCommand(): Command {
  const command = withCommonOptions(new Command('train'))
    .description('train a patch classifier on a few labels per class; Ctrl-C leaves a run that can go on')
    .requiredOption('--dataset <name>', 'name or number of the dataset')
    .option(
      '--init <model>',
      'begin from the backbone of this model (name or number; default: random weights)',
    )
    .option('--name <name>', 'what to call the run');
  return addRunOptions(command).action((options: TrainOptions) =>
    execute(options, true, (context) => train(context, options)),
  );
}

async function train(context: Context, options: TrainOptions): Promise<Output> {
  const { client } = context;
  const dataset = await datasetCalled(client, options.dataset);
  const init = options.init === undefined ? null : await modelCalled(client, options.init);
  const config = runConfig(dataset.id, init?.id ?? null, options);
  const { id } = await client('runs.create', { name: options.name ?? null, config });
  return followRun(context, id);
}

/** Adds how to go on with a run to the reason why it failed. */
async function failedRun({ client, workspace }: Context, id: number, error: unknown): Promise<never> {
  if (!(error instanceof UserError)) throw error;
  const run = await client('runs.get', { id });
  throw new UserError(`${error.message} ${howToResume(run, workspace)}`, error.details);
}

/** Waits until a run's job has ended and reports the run. */
export async function followRun(context: Context, id: number): Promise<Output> {
  const { client, workspace } = context;
  const { jobId } = await client('runs.get', { id });
  if (jobId !== null)
    await waitForJob(context, jobId).catch((error: unknown) => failedRun(context, id, error));
  return runReport(await client('runs.get', { id }), workspace);
}
