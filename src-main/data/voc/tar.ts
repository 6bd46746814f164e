import { UserError } from '../../base/errors.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import { extractTar, readTarEntry } from '../import/extractTar.ts';
import { listTar, openTar } from '../import/tarListing.ts';
import type { ExtractOptions } from '../import/unpackTo.ts';
import { isWanted, theVocFolder, vocFoldersIn } from './layout.ts';
import type { VocFiles } from './source.ts';

/**
 * Looks into VOC's tar without unpacking it.
 * @throws UserError when it cannot be read, or holds nothing in VOC's layout
 */
export async function vocTar(file: string, signal?: AbortSignal): Promise<VocFiles> {
  const { entries } = await listTar(file, signal);
  const base = theVocFolder(vocFoldersIn(entries.map(({ path }) => path)), file);
  if (base === null)
    throw new UserError(
      `${file} holds nothing in the layout of Pascal VOC 2012 (a folder JPEGImages beside SegmentationClass or Annotations). Unpack other datasets yourself and import the folder.`,
    );
  const inBase = new Map(
    entries.flatMap((entry) => {
      const relative = below(base, entry.path);
      return relative !== null && isWanted(relative) ? [[relative, entry] as const] : [];
    }),
  );
  return {
    base,
    paths: [...inBase.keys()],
    async read(relative) {
      const entry = inBase.get(relative);
      if (!entry) throw new UserError(`${file} holds no ${relative}.`);
      const handle = await openTar(file);
      try {
        return (await readTarEntry(handle, entry)).toString('utf8');
      } finally {
        await handle.close();
      }
    },
  };
}

/** Unpacks what is looked at. @param base the VOC folder in the tar @returns what was left out, relative to the base */
export async function extractVoc(
  file: string,
  base: string,
  target: string,
  options: ExtractOptions,
): Promise<BrokenFile[]> {
  const wanted = (path: string) => isWanted(below(base, path) ?? '');
  const refused = await extractTar(file, target, wanted, options);
  return refused.map(({ path, reason }) => ({ path: below(base, path) ?? path, reason }));
}

function below(base: string, path: string): string | null {
  if (base === '') return path;
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : null;
}
