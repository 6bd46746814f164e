import { Command, Option } from 'commander';
import { UserError } from '../../base/errors.ts';
import { pretrainMetrics } from '../../contract/pretrainMetrics.ts';
import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import { Device } from '../../contract/values/run.ts';
import {
  STOPPED,
  execute,
  withCommonOptions,
  type CommonOptions,
  type Context,
  type Output,
} from '../command.ts';
import { datasetCalled, pretrainingCalled, modelCalled } from '../lookUp.ts';
import { addPretrainOptions, pretrainConfig, type PretrainOptions } from '../pretrainOptions.ts';
import { pretrainReport, resumePretrainCommand } from '../pretrainReport.ts';
import { percent, table } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

interface Options extends CommonOptions, PretrainOptions {
  readonly dataset: string;
  readonly init?: string;
  readonly name?: string;
  readonly estimate?: boolean;
}

export function pretrainCommand(): Command {
  const command = withCommonOptions(new Command('pretrain'))
    .description('pre-train a backbone on natural images; Ctrl-C leaves a pre-training that can go on')
    .requiredOption('--dataset <name>', 'name or number of a dataset of images, such as Pascal VOC 2012')
    .option(
      '--init <model>',
      'begin from the backbone of this model (name or number; default: random weights)',
    )
    .option('--name <name>', 'what to call it')
    .option('--estimate', 'only say how long it would take, from a few real steps');
  return addPretrainOptions(command).action((options: Options) =>
    execute(options, true, (context) => pretrain(context, options)),
  );
}

async function pretrain(context: Context, options: Options): Promise<Output> {
  const { client } = context;
  const dataset = await datasetCalled(client, options.dataset);
  const init = options.init === undefined ? null : await modelCalled(client, options.init);
  const config = pretrainConfig(dataset.id, init?.id ?? null, options);
  if (options.estimate) return estimate(context, config);
  const { id } = await client('pretrainings.create', { name: options.name ?? null, config });
  return followPretraining(context, id);
}

/** How long it would take: from real steps, unless these were measured before. */
async function estimate(context: Context, config: PretrainConfig): Promise<Output> {
  const { client } = context;
  const before = await client('pretrainings.estimate', { config });
  if (before.problem !== null) throw new UserError(before.problem);
  if (before.basis === 'measured') return { json: before, text: before.sentence };
  const job = await waitForJob(context, (await client('pretrainings.measure', { config })).id);
  const after = await client('pretrainings.estimate', { config });
  return { json: after, text: after.sentence, ...(job.status === 'cancelled' && { exitCode: STOPPED }) };
}

/** Waits until a pre-training's job has ended and reports it. */
async function followPretraining(context: Context, id: number): Promise<Output> {
  const { client, workspace } = context;
  const { jobId } = await client('pretrainings.get', { id });
  if (jobId !== null)
    await waitForJob(context, jobId).catch((error: unknown) => {
      throw error instanceof UserError
        ? new UserError(`${error.message} To go on: ${resumePretrainCommand(id, workspace)}`, error.details)
        : error;
    });
  return pretrainReport(await client('pretrainings.get', { id }), workspace);
}

export function pretrainingCommand(): Command {
  const command = new Command('pretraining').description('look at pre-trainings, go on with them, stop them');
  withCommonOptions(command.command('list'))
    .description('list the pre-trainings')
    .action((options: CommonOptions) => execute(options, false, list));

  const ofOne = (
    name: string,
    description: string,
    work: (context: Context, id: number) => Promise<Output>,
  ) =>
    withCommonOptions(command.command(name))
      .description(description)
      .argument('<name>', 'its name or number')
      .action((called: string, options: CommonOptions) =>
        execute(options, false, async (context) =>
          work(context, (await pretrainingCalled(context.client, called)).id),
        ),
      );
  ofOne('show', 'show one pre-training', async ({ client, workspace }, id) => ({
    ...pretrainReport(await client('pretrainings.get', { id }), workspace),
    exitCode: 0,
  }));
  withCommonOptions(command.command('resume'))
    .description('go on from the last checkpoint')
    .argument('<name>', 'its name or number')
    .addOption(new Option('--device <device>', 'go on there instead').choices(Device.options))
    .action((called: string, options: CommonOptions & { device?: Device }) =>
      execute(options, false, async (context) => {
        const { id } = await pretrainingCalled(context.client, called);
        await context.client('pretrainings.resume', { id, device: options.device });
        return followPretraining(context, id);
      }),
    );
  ofOne('cancel', 'stop a pre-training that another Tessera is running', async (context, id) => {
    await context.client('pretrainings.cancel', { id });
    return { ...(await followPretraining(context, id)), exitCode: 0 };
  });
  return command;
}

async function list({ client }: Context): Promise<Output> {
  const all = await client('pretrainings.list', {});
  const rows = all.map(({ id, name, status, iterationsDone, config, bestScore }) => [
    id,
    name,
    status,
    `${iterationsDone}/${config.iterations}`,
    pretrainMetrics[config.kind],
    percent(bestScore),
  ]);
  return { json: all, text: table([['id', 'name', 'status', 'iterations', 'score', 'best'], ...rows]) };
}
