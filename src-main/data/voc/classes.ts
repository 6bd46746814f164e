import { UserError } from '../../base/errors.ts';
import { IGNORE_LABEL } from '../../contract/values/labelledImage.ts';

/** VOC 2012's classes in the order of the masks' indices (Everingham et al., the development kit). */
export const VOC_CLASSES: readonly string[] = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
];

/**
 * The class names of a `labels.txt`: line i names the masks' index i.
 * @throws UserError with the plain reason when they cannot name a mask's indices
 */
export function classNamesOf(text: string): string[] {
  const names = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  if (names.length < 2) throw new UserError('It names fewer than two classes.');
  if (names.length > IGNORE_LABEL)
    throw new UserError(`It names ${names.length} classes; a mask has room for ${IGNORE_LABEL}.`);
  const odd = names.findIndex((name) => name === '' || name.length > 200 || /\p{C}|\ufffd/u.test(name));
  if (odd >= 0) throw new UserError(`Line ${odd + 1} is no class name.`);
  const keys = names.map(classKey);
  const twice = names.find((name, i) => keys.indexOf(classKey(name)) !== i);
  if (twice !== undefined) throw new UserError(`It names the class “${twice}” twice.`);
  return names;
}

/** Under which a class's name is compared: annotations write "tv/monitor", lists "tvmonitor". */
export function classKey(name: string): string {
  return name.toLowerCase().replace(/[\s_/-]/g, '') || name;
}
