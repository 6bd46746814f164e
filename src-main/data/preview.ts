import path from 'node:path';
import type { DatasetPreview } from '../contract/values/dataset.ts';
import { recogniseLayout } from './import/layout.ts';
import { datasetSource } from './import/source.ts';
import { listFolder } from './import/walk.ts';
import { listZip } from './import/zipListing.ts';
import { refuseZippedVoc } from './voc/layout.ts';
import { pcamFolder } from './pcam/files.ts';
import { pcamPreview } from './pcam/preview.ts';
import { vocPreview } from './voc/preview.ts';
import { vocFolder } from './voc/source.ts';
import { vocTar } from './voc/tar.ts';

/**
 * A fast look at a folder or archive before it is imported: names and lists are read, images are not.
 * @throws UserError when there is nothing to import, in words for the user
 */
export async function previewDataset(source: string): Promise<DatasetPreview> {
  const kind = await datasetSource(source);
  const voc = kind === 'tar' ? await vocTar(source) : kind === 'folder' ? await vocFolder(source) : null;
  if (voc) return vocPreview(voc, source);
  const pcam = kind === 'folder' ? await pcamFolder(source) : null;
  if (pcam) return pcamPreview(pcam);
  const { layout, classNames, files, splits } = recogniseLayout(
    kind === 'zip' ? await zipPaths(source) : (await listFolder(source)).paths,
  );
  const counts = classNames.map(() => 0);
  for (const { classIndex } of files) counts[classIndex] = (counts[classIndex] ?? 0) + 1;
  return {
    layout,
    content: 'patches',
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
  const paths = entries.map(({ fileName }) => fileName);
  refuseZippedVoc(paths, file);
  return paths;
}
