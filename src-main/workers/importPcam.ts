import { UserError } from '../base/errors.ts';
import type { BrokenFile } from '../contract/values/dataset.ts';
import type { ImportSpec, WorkerContext, WorkerResult } from '../contract/worker.ts';
import { PCAM_CLASSES, pcamMpp } from '../data/pcam/classes.ts';
import { isGzip, pcamFolder, type PcamFolder } from '../data/pcam/files.ts';
import { hdf5Reader } from '../data/pcam/hdf5Reader.ts';
import { inspectPart } from '../data/pcam/inspectPart.ts';
import { preparePart, type ReadyPart } from '../data/pcam/part.ts';
import { importProgress } from './importProgress.ts';

type Context = WorkerContext<'import'>;

/** Share of the whole work that unpacking and copying is; reading and hashing is the rest. */
const PREPARING = 0.6;

/** What lies at the path, where it is PCam; null: something else. @throws UserError where it has to be PCam */
export async function findPcam(
  { path: source, layout }: ImportSpec,
  signal: AbortSignal,
): Promise<PcamFolder | null> {
  if (layout !== null && layout !== 'pcam') return null;
  const found = await pcamFolder(source, signal);
  if (found === null && layout === 'pcam')
    throw new UserError(
      `${source} holds none of PCam’s files (camelyonpatch_level_2_split_train_x.h5 and so on, plain or .gz). Choose their folder.`,
    );
  return found;
}

/**
 * Imports PCam: makes each part readable at random, reports the layout, then patches and broken files in batches. The dataset's root is
 * the workspace's folder, where the indexes lie.
 */
export async function importPcam(
  spec: ImportSpec,
  found: PcamFolder,
  context: Context,
): Promise<WorkerResult<'import'>> {
  const broken: BrokenFile[] = [];
  const parts = await prepareAll(spec, found, context, (file) => broken.push(file));
  const side = parts[0]?.index.width ?? 0;
  const classNames = [...PCAM_CLASSES];
  context.event({ type: 'layout', layout: 'pcam', root: spec.extractTo, classNames, mpp: pcamMpp(side) });
  if (broken.length > 0) context.event({ type: 'broken', files: broken });
  const total = parts.reduce((sum, { index }) => sum + index.count, 0);
  const report = importProgress(context, 'Read', PREPARING, 1, 'patches');
  const counts = { patches: 0, broken: broken.length };
  let before = 0;
  for (const part of parts) {
    for await (const batch of inspectPart(part, spec.extractTo, context.signal)) {
      if (batch.patches.length > 0) context.event({ type: 'patches', patches: batch.patches });
      if (batch.broken.length > 0) context.event({ type: 'broken', files: batch.broken });
      counts.patches += batch.patches.length;
      counts.broken += batch.broken.length;
      report(before + batch.done, total);
    }
    before += part.index.count;
  }
  if (counts.patches === 0) {
    const [first] = broken;
    throw new UserError(
      `None of PCam’s files in ${found.folder} could be used.${first ? ` ${first.path}: ${first.reason}` : ''}`,
    );
  }
  return counts;
}

async function prepareAll(
  spec: ImportSpec,
  { folder, parts }: PcamFolder,
  context: Context,
  onBroken: (file: BrokenFile) => void,
): Promise<ReadyPart[]> {
  const reader = hdf5Reader();
  const ready: ReadyPart[] = [];
  try {
    for (const [i, part] of parts.entries()) {
      const [from, to] = [(PREPARING * i) / parts.length, (PREPARING * (i + 1)) / parts.length];
      // A gzipped part may have to be copied too, once it is unpacked.
      const middle = part.x !== null && isGzip(part.x) ? (from + to) / 2 : from;
      const reports = {
        Unpacked: importProgress(context, 'Unpacked', from, middle, 'MB'),
        Copied: importProgress(context, 'Copied', middle, to, 'patches'),
      };
      const prepared = await preparePart(part, {
        reader,
        folder,
        target: spec.extractTo,
        signal: context.signal,
        onBroken,
        onProgress: (step, done, total) => reports[step](done, total),
      });
      if (prepared) ready.push(prepared);
    }
  } finally {
    await reader.dispose();
  }
  return ready;
}
