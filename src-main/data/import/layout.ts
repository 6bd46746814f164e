import type { Split } from '../../contract/values/common.ts';
import type { DatasetLayout } from '../../contract/values/dataset.ts';
import { UserError } from '../../base/errors.ts';
import { emptyFolders } from './emptyFolders.ts';
import { naturalOrder } from './names.ts';

/** A file that may be a patch. */
export interface PatchFile {
  /** Relative to the layout's base, with forward slashes. */
  readonly path: string;
  readonly classIndex: number;
  readonly split: Split | null;
}

export interface RecognisedLayout {
  readonly layout: Exclude<DatasetLayout, 'synthetic'>;
  /** The folder that holds the splits or the classes, relative to where the listing began; '' for that folder itself. */
  readonly base: string;
  readonly classNames: string[];
  readonly splits: Split[];
  /** Sorted by split, class and name. */
  readonly files: PatchFile[];
  /** Files outside any class, relative to where the listing began. */
  readonly strays: string[];
  /** Folders in a class's or a split's place that hold no images, relative to where the listing began. */
  readonly emptyFolders: string[];
}

const SPLIT_FOLDERS: ReadonlyMap<string, Split> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['test', 'test'],
  ['testing', 'test'],
]);
const isSplitFolder = (name: string) => SPLIT_FOLDERS.has(name.toLowerCase());
const SPLIT_ORDER: readonly (Split | null)[] = ['train', 'val', 'test', null];

/** Kather et al. 2016, "Multi-class texture analysis in colorectal cancer histology", as published on Zenodo. */
const KATHER_CLASSES = new Set([
  '01_TUMOR',
  '02_STROMA',
  '03_COMPLEX',
  '04_LYMPHO',
  '05_DEBRIS',
  '06_MUCOSA',
  '07_ADIPOSE',
  '08_EMPTY',
]);

/** The split that a path's first folder names; null: it names none, or there is no folder. */
export function splitOfFolder(relative: string): Split | null {
  const [top = '', below] = relative.split('/');
  return below === undefined ? null : (SPLIT_FOLDERS.get(top.toLowerCase()) ?? null);
}

/**
 * Finds classes and splits in a listing of files: one folder per class, optionally below `train`, `val` and `test`,
 * optionally below folders that hold nothing else (as in Kather's zip).
 * @param paths relative, with forward slashes; only files that may be patches
 * @param folders relative, too: all that the listing came through
 * @throws UserError when there are no classes to learn
 */
export function recogniseLayout(paths: readonly string[], folders: readonly string[] = []): RecognisedLayout {
  if (paths.length === 0)
    throw new UserError(
      'There are no images here. Tessera reads JPEG, PNG and TIFF files, one folder per class.',
    );
  const base = commonBase(paths);
  const inside = paths.map((path) => path.slice(base.length && base.length + 1).split('/'));
  const isSplit = ([top, , file]: string[]) => file !== undefined && isSplitFolder(top ?? '');
  const hasSplits = inside.some(isSplit);
  const belongs = (parts: string[]) => (hasSplits ? isSplit(parts) : parts.length > 1);

  const found = inside.flatMap((parts, i) => {
    if (!belongs(parts)) return [];
    const split = hasSplits ? (SPLIT_FOLDERS.get(parts[0]?.toLowerCase() ?? '') ?? null) : null;
    return [
      { path: parts.join('/'), className: parts[hasSplits ? 1 : 0] ?? '', split, source: paths[i] ?? '' },
    ];
  });
  const classNames = [...new Set(found.map(({ className }) => className))].sort(naturalOrder);
  requireClasses(classNames, found, base);
  const files = found
    .map(({ path, className, split }) => ({ path, split, classIndex: classNames.indexOf(className) }))
    .sort(
      (a, b) =>
        SPLIT_ORDER.indexOf(a.split) - SPLIT_ORDER.indexOf(b.split) ||
        a.classIndex - b.classIndex ||
        naturalOrder(a.path, b.path),
    );
  return {
    layout: classNames.every((name) => KATHER_CLASSES.has(name)) ? 'kather' : 'folder',
    base,
    classNames,
    splits: SPLIT_ORDER.filter(
      (split) => split !== null && files.some((file) => file.split === split),
    ) as Split[],
    files,
    strays: paths.filter((_path, i) => !belongs(inside[i] ?? [])),
    emptyFolders: emptyFolders(folders, paths, base, hasSplits ? isSplitFolder : null),
  };
}

/** Descends while there is a single folder whose own content is folders only. */
function commonBase(paths: readonly string[]): string {
  let base = '';
  for (;;) {
    const rest = paths.map((path) => path.slice(base.length && base.length + 1).split('/'));
    const [top] = rest[0] ?? [];
    const single = rest.every((parts) => parts[0] === top && parts.length > 2);
    // A lone `train` folder is a split, not a wrapper.
    if (!single || !top || isSplitFolder(top)) return base;
    base = base ? `${base}/${top}` : top;
  }
}

function requireClasses(
  classNames: readonly string[],
  found: readonly { className: string; split: Split | null }[],
  base: string,
): void {
  const where = base ? ` in "${base}"` : '';
  if (classNames.length === 0)
    throw new UserError(
      `No classes were found${where}: the images lie together in one folder. Make one folder per class and put its images there.`,
    );
  if (classNames.length === 1)
    throw new UserError(
      `There is only one class${where}, "${classNames[0]}". A classifier needs at least two: make one folder per class.`,
    );
  const trainable = new Set(
    found.filter(({ split }) => split === null || split === 'train').map(({ className }) => className),
  );
  if (trainable.size === 0)
    throw new UserError(
      `There is no training folder${where}. Name the folder with the training images "train".`,
    );
  const untrained = classNames.filter((name) => !trainable.has(name));
  if (untrained.length > 0) {
    const names = untrained.map((name) => `"${name}"`).join(', ');
    throw new UserError(
      `${untrained.length === 1 ? 'The class' : 'The classes'} ${names} ${untrained.length === 1 ? 'has' : 'have'} no training images${where}: ` +
        'the folders of the classes must have the same names in every part. Rename or remove them.',
    );
  }
}
