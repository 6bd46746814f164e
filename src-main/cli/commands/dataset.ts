import { Command } from 'commander';
import { UserError } from '../../base/errors.ts';
import { slideSentences } from '../../contract/sourceSlides.ts';
import type { Dataset } from '../../contract/values/dataset.ts';
import { STOPPED, execute, withCommonOptions, type CommonOptions, type Output } from '../command.ts';
import { datasetCalled } from '../lookUp.ts';
import { numberOption } from '../numberOption.ts';
import { userPath } from '../paths.ts';
import { table } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';
import { datasetCheckCommand } from './datasetCheck.ts';
import { datasetDownloadCommand } from './datasetDownload.ts';

interface ImportOptions extends CommonOptions {
  /** Default: what the folder or file is called. */
  readonly name?: string;
  readonly mpp?: number;
}

const LAYOUTS = ['folder', 'kather', 'voc', 'pcam'] as const;
type Layout = (typeof LAYOUTS)[number];

export function datasetCommand(): Command {
  const dataset = new Command('dataset').description('import datasets and look at what is there');
  withCommonOptions(dataset.command('import'))
    .description(
      'import a folder per class or Kather 2016 (folder or zip), Pascal VOC 2012 (folder or tar), or PCam (folder of HDF5 files)',
    )
    .usage('[options] [folder|kather|voc|pcam] <path>')
    .argument('<path...>', 'the layout, where it is not to be recognised, and the path')
    .option('--name <name>', 'what to call it; without, its own name')
    .addOption(numberOption('--mpp <number>', 'microns per pixel of the patches'))
    .action((words: string[], options: ImportOptions) => importDataset(...layoutAndPath(words), options));
  dataset.addCommand(datasetDownloadCommand());
  dataset.addCommand(datasetCheckCommand());
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

const HEADING = ['id', 'name', 'status', 'classes', 'patches', 'images', 'broken', 'duplicates'];

const row = ({ id, name, status, classes, patches, images, broken, duplicates }: Dataset) => [
  id,
  name,
  status,
  classes.length,
  patches,
  images,
  broken,
  duplicates,
];

/** `dataset import PATH`, or with the layout before it. */
function layoutAndPath(words: readonly string[]): [Layout | null, string] {
  const [first = '', second, ...more] = words;
  if (second === undefined) return [null, first];
  const layout = LAYOUTS.find((known) => known === first);
  if (layout === undefined || more.length > 0)
    throw new UserError(`Before the path may stand one layout: ${LAYOUTS.join(', ')}.`);
  return [layout, second];
}

function importDataset(layout: Layout | null, typed: string, { name, mpp, ...options }: ImportOptions) {
  return execute(options, true, async (context) => {
    const { client } = context;
    const path = userPath(typed);
    const { dataset, job } = await client('datasets.import', {
      path,
      name: name ?? (await client('datasets.preview', { path })).suggestedName,
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
    ...slideSentences(dataset),
  ].join('\n\n');
  return { json: dataset, text };
}
