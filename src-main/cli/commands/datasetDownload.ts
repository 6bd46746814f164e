import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { UserError } from '../../base/errors.ts';
import type { DownloadOffer } from '../../contract/values/download.ts';
import { STOPPED, execute, withCommonOptions, type CommonOptions, type Context } from '../command.ts';
import { datasetCalled } from '../lookUp.ts';
import { userPath } from '../paths.ts';
import { waitForJob } from '../waitForJob.ts';

interface DownloadOptions extends CommonOptions {
  readonly to?: string;
  readonly yes?: boolean;
  /** False with --no-import. */
  readonly import: boolean;
}

export function datasetDownloadCommand(): Command {
  return withCommonOptions(new Command('download'))
    .description(
      'download a public dataset (crc, pcam or voc) after showing its licence and size, and import it',
    )
    .argument('<name>', 'crc (Kather 2016), pcam (PatchCamelyon) or voc (Pascal VOC 2012)')
    .option('--to <folder>', 'where to, into a folder of its own; without, into the workspace')
    .option('--yes', 'do not ask')
    .option('--no-import', 'only download')
    .action((name: string, options: DownloadOptions) =>
      execute(options, true, async (context) => {
        const folder = options.to === undefined ? null : userPath(options.to);
        const offer = await offerCalled(context, name, folder);
        process.stderr.write(`${describe(offer)}\n`);
        if (!options.yes && !(await confirmed(context)))
          return { ...said('Nothing was downloaded.'), exitCode: 1 };
        return download(context, offer, folder, options.import);
      }),
    );
}

async function download(
  context: Context,
  { entry, folder: at }: DownloadOffer,
  folder: string | null,
  importing: boolean,
) {
  const { client } = context;
  const job = await client('downloads.start', { entry: entry.id, folder, import: importing });
  const { status } = await waitForJob(context, job.id);
  if (status === 'cancelled')
    return {
      ...said(`Stopped. What was received is kept in ${at}; the same command goes on.`),
      exitCode: STOPPED,
    };
  if (!importing) return { json: { folder: at, files: entry.files.map(({ name }) => name) }, text: at };
  const { id } = await datasetCalled(client, entry.title);
  const jobs = await client('jobs.list', {});
  const ended = await Promise.all(
    jobs.filter(({ datasetId }) => datasetId === id).map((each) => waitForJob(context, each.id)),
  );
  const dataset = await client('datasets.get', { id });
  const text = `${dataset.name} (${id}): ${dataset.status}, ${dataset.patches + dataset.images} images`;
  const stopped = ended.some((each) => each.status === 'cancelled');
  return { json: dataset, text, ...(stopped && { exitCode: STOPPED }) };
}

const said = (text: string) => ({ json: { message: text }, text });

async function offerCalled({ client }: Context, name: string, folder: string | null): Promise<DownloadOffer> {
  const offers = await client('downloads.catalogue', { folder });
  const offer = offers.find(({ entry }) => entry.id === name.toLowerCase());
  if (offer) return offer;
  const known = offers.map(({ entry }) => entry.id).join(', ');
  throw new UserError(`There is no “${name}” to download. There are: ${known}.`);
}

function describe({ entry, folder, totalBytes, presentBytes, space }: DownloadOffer): string {
  const unverified = entry.files.filter(({ checksum }) => checksum === null).map(({ name }) => name);
  return [
    entry.title,
    entry.summary,
    `Licence:  ${entry.licence.name} (${entry.licence.url})`,
    `Cite:     ${entry.citation}`,
    `Download: ${gigabytes(totalBytes)} from ${new URL(entry.files[0]?.url ?? entry.homepage).host}${presentBytes > 0 ? `, of which ${gigabytes(presentBytes)} are here already` : ''}`,
    ...(unverified.length > 0 ? [`No published checksum: ${unverified.join(', ')}`] : []),
    `To:       ${folder}`,
    ...space.map(
      (disk) =>
        `Space:    ${gigabytes(disk.neededBytes)} needed, ${gigabytes(disk.freeBytes)} free on the disk of ${disk.folder}`,
    ),
  ].join('\n');
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;

async function confirmed({ stopped }: Context): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UserError(
      'Nothing was downloaded, because nobody could be asked. Add --yes to agree to the above.',
    );
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question('Download it? [y/N] ', { signal: stopped })).trim());
  } catch (error) {
    if (stopped.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
