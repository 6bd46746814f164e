import { Command } from 'commander';
import type { Dataset, DatasetChanges } from '../../contract/values/dataset.ts';
import { STOPPED, execute, withCommonOptions, type CommonOptions } from '../command.ts';
import { datasetCalled } from '../lookUp.ts';
import { userPath } from '../paths.ts';
import { table } from '../table.ts';
import { waitForJob } from '../waitForJob.ts';

interface RefreshOptions extends CommonOptions {
  /** Where the source was moved to. */
  readonly from?: string;
}

/** Examples that the text lists; --json has more. */
const LISTED = 20;

export function datasetRefreshCommand(): Command {
  return withCommonOptions(new Command('refresh'))
    .description(
      'read a dataset’s source again and find what changed; runs keep the patches that they were trained on',
    )
    .argument('<name>', 'its name or number')
    .option('--from <path>', 'where the folder or archive lies now, if it was moved')
    .action((name: string, { from, ...options }: RefreshOptions) =>
      execute(options, false, async (context) => {
        const { client } = context;
        const { id } = await datasetCalled(client, name);
        const job = await client('datasets.refresh', {
          id,
          path: from === undefined ? null : userPath(from),
        });
        const { status, startedAt } = await waitForJob(context, job.id);
        if (status === 'cancelled')
          return { json: null, text: 'Stopped. The dataset is as it was.', exitCode: STOPPED };
        const dataset = await client('datasets.get', { id });
        const last = await client('datasets.changes', { id });
        const changes = last && last.at >= (startedAt ?? Infinity) ? last : null;
        return { json: { dataset, changes }, text: describe(dataset, changes) };
      }),
    );
}

function describe({ name, source, broken }: Dataset, changes: DatasetChanges | null): string {
  const files = broken === 1 ? '1 file is' : `${broken.toLocaleString('en')} files are`;
  const leftOut = broken > 0 ? [`${files} broken or left out.`] : [];
  const nothing = [`${name}: nothing has changed in ${source}.`, ...leftOut].join('\n');
  if (!changes) return nothing;
  const { revision, unchanged, added, removed, changed, moved, examples, slides } = changes;
  const all = added + removed + changed + moved;
  const listed = examples.slice(0, LISTED).map(({ kind, path, from }) => [kind, path, from ?? '']);
  const items = [
    [`${name} has revision ${revision} now, from ${source}.`, ...leftOut].join('\n'),
    table([
      ['unchanged', 'added', 'removed', 'changed', 'moved'],
      [unchanged, added, removed, changed, moved],
    ]),
    ...(listed.length > 0 ? [withRest(table([['', 'path', 'from'], ...listed]), all - listed.length)] : []),
  ];
  return [...(all === 0 && slides.length > 0 ? [nothing] : items), ...slidesText(slides)].join('\n\n');
}

function slidesText(slides: readonly string[]): string[] {
  if (slides.length === 0) return [];
  const title =
    'Slides that were pointed to their new place along with it; what was classified on them stays:';
  const listed = slides.slice(0, LISTED).map((slide) => `  ${slide}`);
  return [withRest([title, ...listed].join('\n'), slides.length - listed.length)];
}

const withRest = (text: string, rest: number): string =>
  rest > 0 ? `${text}\n… and ${rest.toLocaleString('en')} more` : text;
