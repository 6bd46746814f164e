import { Command, InvalidArgumentError, Option } from 'commander';
import { execute, withCommonOptions, type CommonOptions } from '../command.ts';
import { datasetCalled } from '../lookUp.ts';
import { numberFrom } from '../numberOption.ts';

interface SetOptions extends CommonOptions {
  readonly mpp: number | 'unknown';
}

export function datasetSetCommand(): Command {
  return withCommonOptions(new Command('set'))
    .description('say what is known of a dataset')
    .argument('<name>', 'its name or number')
    .addOption(
      new Option('--mpp <number>', 'microns per pixel of the patches, or “unknown”')
        .argParser(mppFrom)
        .makeOptionMandatory(),
    )
    .action((name: string, { mpp, ...options }: SetOptions) =>
      execute(options, false, async ({ client }) => {
        const { id } = await datasetCalled(client, name);
        const dataset = await client('datasets.setMpp', { id, mpp: mpp === 'unknown' ? null : mpp });
        const known = mpp === 'unknown' ? 'are not known' : `are ${mpp}`;
        return { json: dataset, text: `${dataset.name}: the microns per pixel ${known} now.` };
      }),
    );
}

function mppFrom(text: string): SetOptions['mpp'] {
  if (text === 'unknown') return text;
  try {
    return numberFrom(text);
  } catch {
    throw new InvalidArgumentError('It has to be a number, or “unknown”.');
  }
}
