import { Argument, Command } from 'commander';
import type { Dataset } from '../../contract/values/dataset.ts';
import { STOPPED, execute, withCommonOptions, type CommonOptions, type Output } from '../command.ts';
import { datasetCalled } from '../lookUp.ts';
import { numberOption } from '../numberOption.ts';
import { userPath } from '../paths.ts';
import { table } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

interface ImportOptions extends CommonOptions {
  readonly name: string;
  readonly mpp?: number;
}

export function datasetCommand(): Command {
  const dataset = new Command('dataset').description('import patches and look at what is there');
  withCommonOptions(dataset.command('import'))
    .description('import a folder per class, or Kather 2016 (folder or zip)')
    .addArgument(new Argument('<layout>').choices(['folder', 'kather']))
    .argument('<path>')
    .requiredOption('--name <name>', 'what to call it')
    .addOption(numberOption('--mpp <number>', 'microns per pixel of the patches'))
    .action((layout: 'folder' | 'kather', path: string, options: ImportOptions) =>
      importDataset(layout, path, options),
    );
  withCommonOptions(dataset.command('list'))
    .description('list the datasets')
    .action((options: CommonOptions) =>
      execute(options, false, async ({ client }) => {
        const all = await client('datasets.list', {});
        return { json: all, text: table([HEADING, ...all.map(row)]) };
      }),
    );
  withCommonOptions(dataset.command('show'))
    .description('show one dataset')
    .argument('<name>', 'its name or number')
    .action((name: string, options: CommonOptions) =>
      execute(options, false, async ({ client }) => report(await datasetCalled(client, name))),
    );
  return dataset;
}

const HEADING = ['id', 'name', 'status', 'classes', 'patches', 'broken', 'duplicates'];

const row = ({ id, name, status, classes, patches, broken, duplicates }: Dataset) => [
  id,
  name,
  status,
  classes.length,
  patches,
  broken,
  duplicates,
];

function importDataset(layout: 'folder' | 'kather', path: string, { name, mpp, ...options }: ImportOptions) {
  return execute(options, true, async (context) => {
    const { client } = context;
    const { dataset, job } = await client('datasets.import', {
      path: userPath(path),
      name,
      layout,
      mpp: mpp ?? null,
    });
    const { status } = await waitForJob(context, job.id);
    const output = report(await client('datasets.get', { id: dataset.id }));
    return status === 'cancelled' ? { ...output, exitCode: STOPPED } : output;
  });
}

function report(dataset: Dataset): Output {
  const classes = dataset.classes.map(({ name, counts }) => [
    name,
    counts.train,
    counts.val,
    counts.test,
    counts.pool,
  ]);
  const text = [
    table([HEADING, row(dataset)]),
    table([['class', 'train', 'val', 'test', 'unassigned'], ...classes]),
  ].join('\n\n');
  return { json: dataset, text };
}
