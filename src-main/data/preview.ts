import path from 'node:path';
import type { DatasetPreview } from '../contract/values/dataset.ts';
import { recogniseLayout } from './import/layout.ts';
import { datasetSource } from './import/source.ts';
import { listFolder } from './import/walk.ts';
import { listZip } from './import/zipListing.ts';

/**
 * A fast look at a folder or zip before it is imported: names are read, images are not.
 * @throws UserError when there is nothing to import, in words for the user
 */
export async function previewDataset(source: string): Promise<DatasetPreview> {
  const zipped = (await datasetSource(source)) === 'zip';
  const { layout, classNames, files, splits } = recogniseLayout(
    zipped ? await zipPaths(source) : (await listFolder(source)).paths,
  );
  const counts = classNames.map(() => 0);
  for (const { classIndex } of files) counts[classIndex] = (counts[classIndex] ?? 0) + 1;
  return {
    layout,
    suggestedName:
      layout === 'kather' ? 'Kather 2016' : path.basename(path.resolve(source)).replace(/\.zip$/i, ''),
    classes: classNames.map((name, i) => ({ name, files: counts[i] ?? 0 })),
    splits,
    files: files.length,
  };
}

async function zipPaths(file: string): Promise<string[]> {
  const { zip, entries } = await listZip(file);
  zip.close();
  return entries.map(({ fileName }) => fileName);
}
