import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../base/errors.ts';
import { cuttingDefaults, defaultCutting } from '../../contract/cuttingDefaults.ts';
import type { CuttingPreview, PatchCutting } from '../../contract/values/annotations.ts';
import { STOPPED, execute, withCommonOptions, type CommonOptions, type Context } from '../command.ts';
import { datasetReport } from '../datasetReport.ts';
import { numberFrom, numberOption } from '../numberOption.ts';
import { userPath } from '../paths.ts';
import { waitForJob } from '../waitForJob.ts';

interface CuttingOptions {
  readonly annotations?: string;
  readonly patchSize?: number;
  readonly coverage?: number;
  readonly minTissue?: number;
  readonly overlap?: number;
  readonly slideMpp?: number;
  readonly without?: readonly string[];
}

interface ImportOptions extends CommonOptions, CuttingOptions {
  /** Default: what the folder or file is called. */
  readonly name?: string;
  readonly mpp?: number | typeof NATIVE;
}

const LAYOUTS = ['folder', 'kather', 'voc', 'pcam', 'annotated'] as const;
type Layout = (typeof LAYOUTS)[number];

const NATIVE = 'native';

/** Options that only annotated slides have, as they are typed. */
const OF_CUTTING: readonly (readonly [keyof CuttingOptions, string])[] = [
  ['annotations', '--annotations'],
  ['patchSize', '--patch-size'],
  ['coverage', '--coverage'],
  ['minTissue', '--min-tissue'],
  ['overlap', '--overlap'],
  ['slideMpp', '--slide-mpp'],
  ['without', '--without'],
];

export function datasetImportCommand(): Command {
  const { patchSize, mpp, coverage, leastTissue, overlap } = cuttingDefaults;
  return withCommonOptions(new Command('import'))
    .description(
      'import a folder per class or Kather 2016 (folder or zip), Pascal VOC 2012 (folder or tar), PCam (folder of HDF5 files), or patches cut from slides that were annotated in QuPath (slides beside GeoJSON files of the same names)',
    )
    .usage(`[options] [${LAYOUTS.join('|')}] <path>`)
    .argument('<path...>', 'the layout, where it is not to be recognised, and the path')
    .option('--name <name>', 'what to call it; without, its own name')
    .addOption(
      new Option(
        '--mpp <number>',
        `microns per pixel of the patches; from annotated slides they are cut at it (default: ${mpp.value}), with “${NATIVE}” in the slides’ own pixels`,
      ).argParser(mppFrom),
    )
    .option(
      '--annotations <path>',
      'annotated slides: folder or file of the GeoJSON, where not beside the slides',
    )
    .addOption(
      numberOption(
        '--patch-size <pixels>',
        `annotated slides: side of a patch (default: ${patchSize.value})`,
      ),
    )
    .addOption(
      numberOption(
        '--coverage <share>',
        `annotated slides: least share of a patch that its class covers (default: ${coverage.value})`,
      ),
    )
    .addOption(
      numberOption(
        '--min-tissue <share>',
        `annotated slides: least share of a patch that is tissue, not glass; classes that are glass themselves are kept whole (default: ${leastTissue.value})`,
      ),
    )
    .addOption(
      numberOption(
        '--overlap <share>',
        `annotated slides: share of the side that neighbours have in common (default: ${overlap.value})`,
      ),
    )
    .addOption(
      numberOption(
        '--slide-mpp <number>',
        'annotated slides: microns per pixel of slides that do not state theirs',
      ),
    )
    .option(
      '--without <class>',
      'annotated slides: a class of which no patches are cut; may be given several times',
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .action((words: string[], options: ImportOptions) => importDataset(...layoutAndPath(words), options));
}

function mppFrom(text: string): number | typeof NATIVE {
  if (text === NATIVE) return NATIVE;
  try {
    return numberFrom(text);
  } catch {
    throw new InvalidArgumentError(`It has to be a number, or “${NATIVE}”.`);
  }
}

/** `dataset import PATH`, or with the layout before it. */
function layoutAndPath(words: readonly string[]): [Layout | null, string] {
  const [first = '', second, ...more] = words;
  if (second === undefined) return [null, first];
  const layout = LAYOUTS.find((known) => known === first);
  if (layout === undefined || more.length > 0)
    throw new UserError(`Before the path may stand one layout: ${LAYOUTS.join(', ')}.`);
  return [layout, second];
}

function importDataset(layout: Layout | null, typed: string, options: ImportOptions) {
  return execute(options, true, async (context) => {
    const { client } = context;
    const source = userPath(typed);
    const annotations = options.annotations === undefined ? null : userPath(options.annotations);
    const found =
      layout !== 'annotated' && (layout === null || options.name === undefined)
        ? await client('datasets.preview', { path: source, annotations })
        : null;
    const annotated = (layout ?? found?.layout) === 'annotated';
    const cutting = annotated ? cuttingFrom(options) : refuseCutting(options);
    if (cutting) await tellBefore(context, { path: source, annotations, cutting });
    const { dataset, job } = await client('datasets.import', {
      path: source,
      name: options.name ?? found?.suggestedName ?? path.parse(source).name,
      layout: annotated ? 'annotated' : layout,
      mpp: annotated || options.mpp === NATIVE ? null : (options.mpp ?? null),
      annotations,
      cutting,
    });
    const { status } = await waitForJob(context, job.id);
    const output = datasetReport(await client('datasets.get', { id: dataset.id }));
    return status === 'cancelled' ? { ...output, exitCode: STOPPED } : output;
  });
}

function cuttingFrom(options: ImportOptions): PatchCutting {
  const { patchSize, mpp, coverage, minTissue, overlap, slideMpp, without } = options;
  const usual = defaultCutting();
  return {
    patchSize: patchSize ?? usual.patchSize,
    mpp: mpp === NATIVE ? null : (mpp ?? usual.mpp),
    coverage: coverage ?? usual.coverage,
    leastTissue: minTissue ?? usual.leastTissue,
    overlap: overlap ?? usual.overlap,
    slideMpp: slideMpp ?? usual.slideMpp,
    without: [...(without ?? usual.without)],
  };
}

function refuseCutting(options: ImportOptions): null {
  const typed = OF_CUTTING.find(([key]) => options[key] !== undefined)?.[1];
  const native = options.mpp === NATIVE ? `--mpp ${NATIVE}` : undefined;
  if (typed === undefined && native === undefined) return null;
  throw new UserError(`${typed ?? native} is for annotated slides, and these are none.`);
}

/** Says on stderr what will be cut, and what was left out. */
async function tellBefore(
  { client }: Context,
  input: { path: string; annotations: string | null; cutting: PatchCutting },
): Promise<void> {
  const preview = await client('datasets.previewCutting', input);
  process.stderr.write(`${describe(preview).join('\n')}\n`);
}

function describe({ classes, slides, bytes, notes }: CuttingPreview): string[] {
  const total = classes.reduce((sum, { patches }) => sum + patches, 0);
  const each = classes.map(({ name, patches }) => `${name} ${patches.toLocaleString('en')}`).join(', ');
  return [
    `${total.toLocaleString('en')} patches (${each || 'no class'}), ${(bytes / 1e6).toFixed(0)} MB in the workspace.`,
    ...slides.flatMap(({ slide, problem, notes: own }) =>
      [...(problem === null ? [] : [problem]), ...own].map((note) => `${slide}: ${note}`),
    ),
    ...notes,
  ];
}
