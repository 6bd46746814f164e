import path from 'node:path';
import sharp from 'sharp';
import type { FoundPatch, ImportSpec, WorkerContext, WorkerResult, WorkerTask } from '../contract/worker.ts';
import type { BrokenFile } from '../contract/values/dataset.ts';
import { UserError } from '../base/errors.ts';
import { extractZip } from '../data/import/extract.ts';
import { inspectPatch } from '../data/import/inspect.ts';
import { recogniseLayout, type PatchFile, type RecognisedLayout } from '../data/import/layout.ts';
import { datasetSource } from '../data/import/source.ts';
import { listFolder, type Listing } from '../data/import/walk.ts';
import { mapConcurrently } from '../data/mapConcurrently.ts';
import { katherMpp } from '../data/import/kather.ts';
import { refuseZippedVoc } from '../data/voc/layout.ts';
import { findAnnotatedSlides, importAnnotated } from './importAnnotated.ts';
import { findImages, importImages } from './importImages.ts';
import { findPcam, importPcam } from './importPcam.ts';
import { BATCH, CONCURRENCY, importProgress, UNPACKING } from './importProgress.ts';
import { whileThere } from './whileThere.ts';

type Context = WorkerContext<'import'>;

/**
 * Imports a folder, zip or tar: unpacks, recognises classes and splits, then decodes every file. Reports the layout first,
 * then patches (of HDF5 files, where it is PCam; cut from slides, where these are annotated; or natural images, where it is VOC) and broken
 * files in batches, in the layout's order.
 * @throws UserError where there is nothing to import, or the source goes away meanwhile
 */
export const importTask: WorkerTask<'import'> = (spec, context) =>
  whileThere([spec.path, ...(spec.annotations === null ? [] : [spec.annotations])], () =>
    importAny(spec, context),
  );

async function importAny(spec: ImportSpec, context: Context): Promise<WorkerResult<'import'>> {
  sharp.concurrency(1); // files are decoded side by side; a patch is too small to be cut up
  const annotated = await findAnnotatedSlides(spec, context.signal);
  if (annotated) return importAnnotated(spec, annotated, context);
  const source = await datasetSource(spec.path);
  const images = await findImages(spec, source, context.signal);
  if (images) return importImages(spec, images, source === 'tar' ? 'tar' : 'folder', context);
  const pcam = source === 'folder' ? await findPcam(spec, context.signal) : null;
  if (pcam) return importPcam(spec, pcam, context);
  const zipped = source === 'zip';
  const listing = zipped ? await unpack(spec, context) : await listFolder(spec.path, context.signal);
  if (zipped) refuseZippedVoc(listing.paths, spec.path);
  const layout = asWanted(recogniseLayout(listing.paths, listing.folders), spec);
  const root = path.join(zipped ? spec.extractTo : path.resolve(spec.path), layout.base);
  const mpp = layout.layout === 'kather' ? await katherMpp(root, layout.files) : null;
  context.event({ type: 'layout', layout: layout.layout, root, classNames: layout.classNames, mpp });

  const leftOut = [...listing.refused, ...strays(layout)];
  if (leftOut.length > 0) context.event({ type: 'broken', files: leftOut });
  const { patches, broken } = await inspectAll(root, layout.files, zipped ? UNPACKING : 0, context);
  if (patches === 0)
    throw new UserError(
      `None of the ${layout.files.length} images in ${spec.path} could be read. The list of broken files says why.`,
    );
  return { patches, broken: broken + leftOut.length };
}

async function unpack({ path: file, extractTo }: ImportSpec, context: Context): Promise<Listing> {
  const report = importProgress(context, 'Unpacked', 0, UNPACKING);
  return extractZip(file, extractTo, { signal: context.signal, onProgress: report });
}

function asWanted(layout: RecognisedLayout, { layout: wanted, path: source }: ImportSpec): RecognisedLayout {
  if (wanted === 'kather' && layout.layout !== 'kather')
    throw new UserError(
      `${source} does not look like Kather 2016: its classes are ${layout.classNames.slice(0, 8).join(', ')}. Import it as a folder per class.`,
    );
  return wanted === 'folder' ? { ...layout, layout: 'folder' } : layout;
}

function strays({ splits, strays: paths, emptyFolders }: RecognisedLayout): BrokenFile[] {
  const where = splits.length > 0 ? 'the class folders of train, val and test' : 'the class folders';
  return [
    ...paths.map((stray) => ({ path: stray, reason: `The file lies outside ${where}; it was left out.` })),
    ...emptyFolders.map((folder) => ({ path: folder, reason: 'The folder holds no images.' })),
  ];
}

async function inspectAll(
  root: string,
  files: readonly PatchFile[],
  startFraction: number,
  context: Context,
): Promise<{ patches: number; broken: number }> {
  const report = importProgress(context, 'Read', startFraction, 1);
  const total = { patches: 0, broken: 0 };
  let done = 0;
  for (let start = 0; start < files.length; start += BATCH) {
    const batch = await mapConcurrently(files.slice(start, start + BATCH), CONCURRENCY, async (file) => {
      context.signal.throwIfAborted();
      const found = await inspectPatch(path.join(root, file.path), file);
      report(++done, files.length);
      return found;
    });
    const patches = batch.filter((found): found is FoundPatch => 'sha256' in found);
    const broken = batch.filter((found): found is BrokenFile => 'reason' in found);
    if (patches.length > 0) context.event({ type: 'patches', patches });
    if (broken.length > 0) context.event({ type: 'broken', files: broken });
    total.patches += patches.length;
    total.broken += broken.length;
  }
  return total;
}
