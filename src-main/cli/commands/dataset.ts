import { Command } from 'commander';
import { execute, withCommonOptions, type CommonOptions } from '../command.ts';
import { DATASET_HEADING, datasetReport, datasetRow } from '../datasetReport.ts';
import { datasetCalled } from '../lookUp.ts';
import { table } from '../table.ts';
import { datasetCheckCommand } from './datasetCheck.ts';
import { datasetDownloadCommand } from './datasetDownload.ts';
import { datasetImportCommand } from './datasetImport.ts';
import { datasetRefreshCommand } from './datasetRefresh.ts';
import { datasetSetCommand } from './datasetSet.ts';

export function datasetCommand(): Command {
  const dataset = new Command('dataset').description('import datasets and look at what is there');
  dataset.addCommand(datasetImportCommand());
  dataset.addCommand(datasetDownloadCommand());
  dataset.addCommand(datasetCheckCommand());
  dataset.addCommand(datasetRefreshCommand());
  dataset.addCommand(datasetSetCommand());
  withCommonOptions(dataset.command('list'))
    .description('list the datasets')
    .action((options: CommonOptions) =>
      execute(options, false, async ({ client }) => {
        const all = await client('datasets.list', {});
        return { json: all, text: table([DATASET_HEADING, ...all.map(datasetRow)]) };
      }),
    );
  withCommonOptions(dataset.command('show'))
    .description('show one dataset')
    .argument('<name>', 'its name or number')
    .action((name: string, options: CommonOptions) =>
      execute(options, false, async ({ client }) => datasetReport(await datasetCalled(client, name))),
    );
  return dataset;
}
