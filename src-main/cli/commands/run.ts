import { Command, Option } from 'commander';
import { Device } from '../../contract/values/run.ts';
import { execute, withCommonOptions, type CommonOptions, type Context, type Output } from '../command.ts';
import { runCalled } from '../lookUp.ts';
import { runReport } from '../runReport.ts';
import { percent, table } from '../table.ts';
import { followRun } from './train.ts';

export function runCommand(): Command {
  const run = new Command('run').description('look at runs, go on with them, stop them');
  withCommonOptions(run.command('list'))
    .description('list the runs')
    .action((options: CommonOptions) => execute(options, false, list));

  const ofRun = (
    name: string,
    description: string,
    work: (context: Context, id: number) => Promise<Output>,
  ) =>
    withCommonOptions(run.command(name))
      .description(description)
      .argument('<name>', 'its name or number')
      .action((called: string, options: CommonOptions) =>
        execute(options, false, async (context) =>
          work(context, (await runCalled(context.client, called)).id),
        ),
      );
  ofRun('show', 'show one run', show);
  withCommonOptions(run.command('resume'))
    .description('go on from the last checkpoint')
    .argument('<name>', 'its name or number')
    .addOption(
      new Option(
        '--device <device>',
        'go on there instead, for example on the cpu when a graphics card failed',
      ).choices(Device.options),
    )
    .action((called: string, options: CommonOptions & { device?: Device }) =>
      execute(options, false, async (context) =>
        resume(context, (await runCalled(context.client, called)).id, options.device),
      ),
    );
  ofRun('cancel', 'stop a run that another Tessera is running', async (context, id) => {
    await context.client('runs.cancel', { id });
    return { ...(await followRun(context, id)), exitCode: 0 };
  });
  return run;
}

async function resume(context: Context, id: number, device: Device | undefined): Promise<Output> {
  await context.client('runs.resume', { id, device });
  return followRun(context, id);
}

async function list({ client }: Context): Promise<Output> {
  const runs = await client('runs.list', {});
  const rows = runs.map(({ id, name, status, epochsDone, config, result }) => [
    id,
    name,
    status,
    `${epochsDone}/${config.epochs}`,
    percent(result?.test?.accuracy),
  ]);
  return { json: runs, text: table([['id', 'name', 'status', 'epochs', 'test accuracy'], ...rows]) };
}

async function show({ client, workspace }: Context, id: number): Promise<Output> {
  return { ...runReport(await client('runs.get', { id }), workspace), exitCode: 0 };
}
