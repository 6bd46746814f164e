import { UserError } from '../../base/errors.ts';

/** Where VOC keeps what is read here, relative to its own folder ("VOC2012"). */
export const FOLDERS = {
  images: 'JPEGImages',
  masks: 'SegmentationClass',
  /** The masks of "Semantic Boundaries" (Hariharan et al. 2011) in VOC's indices, as the DeepLab trainers use them. */
  augmentedMasks: 'SegmentationClassAug',
  annotations: 'Annotations',
  lists: 'ImageSets',
} as const;

const WANTED =
  /^(JPEGImages|SegmentationClass(Aug)?|Annotations)\/[^/]+$|^ImageSets\/((Segmentation|Main)\/)?[^/]+\.txt$|^[^/]+\.txt$/;

/** Whether a file of a VOC folder is looked at; its instance masks and layouts of persons are not. */
export const isWanted = (relative: string): boolean => WANTED.test(relative);

/** Whether a folder with these entries is one like `VOC2012`. */
export function looksLikeVoc(entries: ReadonlySet<string>): boolean {
  const { images, masks, augmentedMasks, annotations, lists } = FOLDERS;
  return entries.has(images) && [masks, augmentedMasks, annotations, lists].some((name) => entries.has(name));
}

/**
 * The one VOC folder among those found; where several years lie side by side, that of 2012.
 * @param found paths relative to `source`
 * @returns null when there is none
 * @throws UserError when it is not clear which is meant
 */
export function theVocFolder(found: readonly string[], source: string): string | null {
  if (found.length <= 1) return found[0] ?? null;
  const of2012 = found.filter((path) => path.split('/').at(-1) === 'VOC2012');
  if (of2012.length === 1) return of2012[0] ?? null;
  throw new UserError(
    `${source} holds several datasets in the layout of Pascal VOC: ${found.slice(0, 5).join(', ')}. Choose one of these folders.`,
  );
}

/** The folders like `VOC2012` in a listing of an archive's files. */
export function vocFoldersIn(paths: readonly string[]): string[] {
  const entries = new Map<string, Set<string>>();
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 0; depth < Math.min(parts.length - 1, 4); depth++) {
      const folder = parts.slice(0, depth).join('/');
      const names = entries.get(folder) ?? new Set();
      entries.set(folder, names.add(parts[depth] ?? ''));
    }
  }
  return [...entries].filter(([, names]) => looksLikeVoc(names)).map(([folder]) => folder);
}

/** @throws UserError where a zip holds VOC: its lists and annotations are read from folders and from the tar only */
export function refuseZippedVoc(paths: readonly string[], file: string): void {
  if (vocFoldersIn(paths).length > 0)
    throw new UserError(
      `${file} holds Pascal VOC as a zip. Unpack it yourself and import the folder; the original tar is read as it is.`,
    );
}
