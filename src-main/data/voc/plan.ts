import { UserError, reasonOf } from '../../base/errors.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import type { LabelledImage } from '../../contract/values/labelledImage.ts';
import { naturalOrder } from '../import/names.ts';
import { classNamesOf, VOC_CLASSES } from './classes.ts';
import { FOLDERS } from './layout.ts';
import { stem, type ListedImage } from './lists.ts';
import { chooseLists, type ChosenList } from './chooseLists.ts';
import type { VocFiles } from './source.ts';

/** An image to import; paths relative to the VOC folder. It has a mask, an annotation, or both. */
export interface VocItem {
  readonly image: string;
  readonly mask: string | null;
  readonly annotation: string | null;
  readonly split: LabelledImage['split'];
}

export interface VocPlan {
  /** In the order of the masks' indices. */
  readonly classNames: readonly string[];
  /** In the order of the lists, training first. */
  readonly items: readonly VocItem[];
  /** What is listed but not there, or makes no sense. */
  readonly problems: readonly BrokenFile[];
}

const LABELS = ['labels.txt', 'class_names.txt'];

/**
 * Decides what is imported from a VOC folder: the images of its lists (see `chooseLists`), or all images, for training, where it has none.
 * @param source for messages
 * @throws UserError when nothing can be imported
 */
export async function planVoc(files: VocFiles, source: string): Promise<VocPlan> {
  const index = indexOf(files.paths);
  const lists = await chooseLists(files, index.augmented.size > 0);
  const chosen = lists.length > 0 ? lists : [allImages(index)];
  const problems: BrokenFile[] = [];
  const items = new Map<string, VocItem>();
  // Validation first: an image of both lists must not be learnt from.
  for (const list of [...chosen].sort((a, b) => (a.split < b.split ? 1 : -1))) {
    problems.push(...list.problems);
    for (const listed of list.images) {
      const found = resolve(listed, list, index);
      if ('reason' in found) problems.push(found);
      else if (!items.has(found.image)) items.set(found.image, found);
      else if (items.get(found.image)?.split !== found.split)
        problems.push({
          path: found.image,
          reason: `${list.name} lists it, but it is kept for validation: it is in the validation list too.`,
        });
    }
  }
  if (items.size === 0)
    throw new UserError(
      `${source} has the layout of Pascal VOC, but none of the images that its lists name are there. First of them: ${problems[0]?.path ?? 'none'}.`,
    );
  const inOrder = [...items.values()].sort((a, b) => (a.split < b.split ? -1 : a.split > b.split ? 1 : 0));
  return { classNames: await readClassNames(files, source), items: inOrder, problems };
}

async function readClassNames(files: VocFiles, source: string): Promise<readonly string[]> {
  const name = LABELS.find((file) => files.paths.includes(file));
  if (name === undefined) return VOC_CLASSES;
  const text = await files.read(name);
  try {
    return classNamesOf(text);
  } catch (error) {
    throw new UserError(`The class names in ${name} of ${source} cannot be used: ${reasonOf(error)}`);
  }
}

/** The files by their names without folder and extension. */
interface FileIndex {
  readonly all: ReadonlySet<string>;
  readonly images: ReadonlyMap<string, string>;
  readonly official: ReadonlyMap<string, string>;
  readonly augmented: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

function indexOf(paths: readonly string[]): FileIndex {
  const sorted = [...paths].sort(naturalOrder);
  const inside = (folder: string, extension: RegExp) => {
    const files = new Map<string, string>();
    for (const file of sorted)
      if (file.startsWith(`${folder}/`) && extension.test(file) && !files.has(stem(file)))
        files.set(stem(file), file);
    return files;
  };
  return {
    all: new Set(paths),
    images: inside(FOLDERS.images, /\.(jpe?g|png)$/i),
    official: inside(FOLDERS.masks, /\.png$/i),
    augmented: inside(FOLDERS.augmentedMasks, /\.png$/i),
    annotations: inside(FOLDERS.annotations, /\.xml$/i),
  };
}

function allImages({ images }: FileIndex): ChosenList {
  return {
    name: FOLDERS.images,
    split: 'train',
    needsMasks: false,
    preferAugmented: true,
    images: [...images.keys()].map((id) => ({ id, image: null, mask: null })),
    problems: [],
  };
}

function resolve(listed: ListedImage, list: ChosenList, index: FileIndex): VocItem | BrokenFile {
  const missing = (path: string): BrokenFile => ({
    path,
    reason: `${list.name} lists it, but the file is not there.`,
  });
  const image = listed.image ?? index.images.get(listed.id) ?? `${FOLDERS.images}/${listed.id}.jpg`;
  if (!index.all.has(image)) return missing(image);
  const folders = list.preferAugmented
    ? [index.augmented, index.official]
    : [index.official, index.augmented];
  const mask = listed.mask ?? folders.map((folder) => folder.get(listed.id)).find((path) => path) ?? null;
  if (mask !== null && !index.all.has(mask)) return missing(mask);
  if (mask === null && list.needsMasks)
    return missing(`${list.preferAugmented ? FOLDERS.augmentedMasks : FOLDERS.masks}/${listed.id}.png`);
  const annotation = index.annotations.get(stem(image)) ?? null;
  if (mask === null && annotation === null)
    return { path: image, reason: 'Neither a mask nor an annotation says what it shows.' };
  return { image, mask, annotation, split: list.split };
}
