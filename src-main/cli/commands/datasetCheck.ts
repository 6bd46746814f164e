import { Command } from 'commander';
import { UserError } from '../../base/errors.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import type { DuplicatePair, HealthReport } from '../../contract/values/health.ts';
import { STOPPED, execute, withCommonOptions, type CommonOptions } from '../command.ts';
import { datasetCalled } from '../lookUp.ts';
import { table } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

/** Pairs of duplicates that the text lists; --json has more. */
const LISTED = 20;

export function datasetCheckCommand(): Command {
  return withCommonOptions(new Command('check'))
    .description(
      'check a dataset: duplicates and near duplicates between and within splits, class balance, sizes, channel statistics',
    )
    .argument('<name>', 'its name or number')
    .action((name: string, options: CommonOptions) =>
      execute(options, false, async (context) => {
        const { client } = context;
        const dataset = await datasetCalled(client, name);
        const job = await client('datasets.checkHealth', { id: dataset.id });
        const { status } = await waitForJob(context, job.id);
        if (status === 'cancelled')
          return { json: null, text: 'Stopped. An earlier report is kept.', exitCode: STOPPED };
        const report = await client('datasets.health', { id: dataset.id });
        if (!report)
          throw new UserError(`“${dataset.name}” was changed while it was checked. Check it again.`);
        return { json: report, text: describe(dataset, report) };
      }),
    );
}

function describe(dataset: Dataset, { health }: HealthReport): string {
  const { duplicates, classes, channels, read, hints } = health;
  const counts = [
    ['pairs', 'exact', 'near'],
    ['between splits', duplicates.between.exact, duplicates.between.near],
    ['within a split', duplicates.within.exact, duplicates.within.near],
  ];
  const pairs = duplicates.pairs.slice(0, LISTED).map((pair) => pairRow(pair, dataset));
  const total =
    duplicates.between.exact + duplicates.between.near + duplicates.within.exact + duplicates.within.near;
  const rest = total > pairs.length ? [`… and ${total - pairs.length} more pairs`] : [];
  return [
    `${dataset.name}: ${read.toLocaleString('en')} ${dataset.content} were looked at.`,
    hints.length === 0
      ? 'Nothing stands out.'
      : hints.map(({ kind, text }) => `${kind === 'warn' ? '!' : '-'} ${text}`).join('\n'),
    table(counts),
    ...(pairs.length > 0
      ? [[table([['first', '', 'second', '', 'differ in'], ...pairs]), ...rest].join('\n')]
      : []),
    table([
      ['class', 'train', 'val', 'test', 'unassigned'],
      ...classes.map(({ name, counts: n }) => [name, n.train, n.val, n.test, n.pool]),
    ]),
    ...(channels ? [channelTable(channels)] : []),
  ].join('\n\n');
}

function pairRow({ first, second, exact, distance }: DuplicatePair, { classes }: Dataset): string[] {
  const about = ({ classes: own, split }: DuplicatePair['first']) =>
    `${own.length === 1 ? classes[own[0] ?? 0]?.name : `${own.length} classes`} · ${split ?? 'unassigned'}`;
  const apart = exact ? 'nothing' : `${distance} of 64 bits`;
  return [first.path, about(first), second.path, about(second), apart];
}

function channelTable({ mean, std }: NonNullable<HealthReport['health']['channels']>): string {
  const row = (name: string, values: readonly number[]) => [name, ...values.map((value) => value.toFixed(3))];
  return table([['values 0–1', 'red', 'green', 'blue'], row('mean', mean), row('std', std)]);
}
