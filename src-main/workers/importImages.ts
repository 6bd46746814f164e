import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.ts';
import type { BrokenFile } from '../contract/values/dataset.ts';
import type { FoundImage, ImportSpec, WorkerContext, WorkerResult } from '../contract/worker.ts';
import { mapConcurrently } from '../data/mapConcurrently.ts';
import { inspectImage } from '../data/voc/inspect.ts';
import { planVoc, type VocPlan } from '../data/voc/plan.ts';
import { vocFolder, type VocFiles } from '../data/voc/source.ts';
import { extractVoc, vocTar } from '../data/voc/tar.ts';
import { BATCH, CONCURRENCY, importProgress, UNPACKING } from './importProgress.ts';

type Context = WorkerContext<'import'>;

/**
 * Imports natural images in VOC's layout: reports the layout, what is listed but missing, then images and broken files in batches.
 * @param files what was found; in a tar, it is unpacked first
 */
export async function importImages(
  spec: ImportSpec,
  files: VocFiles,
  source: 'folder' | 'tar',
  context: Context,
): Promise<WorkerResult<'import'>> {
  const unpacked = source === 'tar';
  const plan = await planVoc(files, spec.path);
  const refused = unpacked ? await unpack(spec, files.base, context) : [];
  const root = path.join(unpacked ? spec.extractTo : path.resolve(spec.path), files.base);
  const classNames = [...plan.classNames];
  context.event({ type: 'layout', layout: 'voc', root, classNames, mpp: null });
  const leftOut = [...plan.problems, ...refused]; // of two reasons for one file the last one stays
  if (leftOut.length > 0) context.event({ type: 'broken', files: leftOut });
  const { images, broken } = await inspectAll(root, plan, unpacked ? UNPACKING : 0, context);
  if (images === 0)
    throw new UserError(
      `None of the ${plan.items.length} images of ${spec.path} could be read. The list of broken files says why.`,
    );
  return { patches: images, broken: broken + leftOut.length };
}

/** What lies at the path, where it is VOC; null: something else. @throws UserError where it has to be VOC */
export async function findImages(
  { path: file, layout }: ImportSpec,
  source: 'folder' | 'zip' | 'tar',
  signal: AbortSignal,
): Promise<VocFiles | null> {
  if (source === 'tar') return vocTar(file, signal);
  if (source === 'zip' || (layout !== null && layout !== 'voc')) return null;
  const files = await vocFolder(file, signal);
  if (files === null && layout === 'voc')
    throw new UserError(
      `${file} does not have the layout of Pascal VOC 2012: there is no folder JPEGImages beside SegmentationClass or Annotations. Choose the folder VOC2012.`,
    );
  return files;
}

async function unpack(spec: ImportSpec, base: string, context: Context): Promise<BrokenFile[]> {
  const onProgress = importProgress(context, 'Unpacked', 0, UNPACKING);
  return extractVoc(spec.path, base, spec.extractTo, { signal: context.signal, onProgress });
}

async function inspectAll(
  folder: string,
  { items, classNames }: VocPlan,
  startFraction: number,
  context: Context,
): Promise<{ images: number; broken: number }> {
  const report = importProgress(context, 'Read', startFraction, 1);
  const root = await realpath(folder);
  const total = { images: 0, broken: 0 };
  let done = 0;
  for (let start = 0; start < items.length; start += BATCH) {
    const batch = await mapConcurrently(items.slice(start, start + BATCH), CONCURRENCY, async (item) => {
      context.signal.throwIfAborted();
      const found = await inspectImage(item, { root, classNames });
      report(++done, items.length);
      return found;
    });
    const images = batch.filter((found): found is FoundImage => 'sha256' in found);
    const broken = batch.filter((found): found is BrokenFile => 'reason' in found);
    if (images.length > 0) context.event({ type: 'images', images });
    if (broken.length > 0) context.event({ type: 'broken', files: broken });
    total.images += images.length;
    total.broken += broken.length;
  }
  return total;
}
