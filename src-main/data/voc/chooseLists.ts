import { UserError } from '../../base/errors.ts';
import type { BrokenFile } from '../../contract/values/dataset.ts';
import type { LabelledImage } from '../../contract/values/labelledImage.ts';
import { FOLDERS } from './layout.ts';
import { parseList, type ListedImage } from './lists.ts';
import type { VocFiles } from './source.ts';

/** A list of images that is imported. */
export interface ChosenList {
  /** Its path, for messages. */
  readonly name: string;
  readonly split: LabelledImage['split'];
  /** Whether an image without a mask is a mistake: in the lists for segmentation. */
  readonly needsMasks: boolean;
  /** Whether the augmented masks go before the official ones. */
  readonly preferAugmented: boolean;
  readonly images: readonly ListedImage[];
  readonly problems: readonly BrokenFile[];
}

const SEGMENTATION = `${FOLDERS.lists}/Segmentation`;
const MAIN = `${FOLDERS.lists}/Main`;
const AUGMENTED = [SEGMENTATION, FOLDERS.lists, ''].flatMap((folder) =>
  ['train_aug.txt', 'trainaug.txt'].map((name) => (folder ? `${folder}/${name}` : name)),
);
/** Bad lines named one by one; a list with more is no list. */
const MAX_NAMED = 1000;

/**
 * Chooses the lists for training and validation: `train_aug` where the augmented masks are there, else the official lists for segmentation, else those
 * of the classification challenge. The official validation masks are never replaced.
 * @returns none where the folder has no lists
 * @throws UserError when there is a list for validation only
 */
export async function chooseLists(files: VocFiles, hasAugmentedMasks: boolean): Promise<ChosenList[]> {
  const paths = new Set(files.paths);
  const first = (...candidates: string[]) => candidates.find((candidate) => paths.has(candidate));
  const augmented = first(...AUGMENTED);
  const train =
    (hasAugmentedMasks ? augmented : undefined) ??
    first(`${SEGMENTATION}/train.txt`, `${MAIN}/train.txt`) ??
    null;
  const val = first(`${train?.startsWith(MAIN) ? MAIN : SEGMENTATION}/val.txt`) ?? null;
  if (train === null && val === null) return [];
  if (train === null)
    throw new UserError(
      `There is a list ${val}, but none of images to train on. Put ${SEGMENTATION}/train.txt beside it.`,
    );
  const lists = [await readList(files, train, 'train')];
  if (val !== null) lists.push(await readList(files, val, 'val'));
  if (augmented === undefined || train === augmented) return lists;
  const unused: BrokenFile = {
    path: augmented,
    reason: `The list needs the masks in ${FOLDERS.augmentedMasks}, which are not there. ${train} was used instead.`,
  };
  return lists.map((list, i) => (i === 0 ? { ...list, problems: [unused, ...list.problems] } : list));
}

async function readList(files: VocFiles, name: string, split: ChosenList['split']): Promise<ChosenList> {
  const { images, bad } = parseList(await files.read(name));
  const problems = bad.slice(0, MAX_NAMED).map(({ line, text }) => ({
    path: `${name}, line ${line}`,
    reason: `“${text}” names no image.`,
  }));
  if (bad.length > MAX_NAMED)
    problems.push({
      path: name,
      reason: `${(bad.length - MAX_NAMED).toLocaleString('en')} more lines name no image. Copy the list again from its source.`,
    });
  return {
    name,
    split,
    needsMasks: !name.startsWith(MAIN),
    preferAugmented: split === 'train' && AUGMENTED.includes(name),
    images,
    problems,
  };
}
