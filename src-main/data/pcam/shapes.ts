import { UserError } from '../../base/errors.ts';
import type { Hdf5Description } from './hdf5Messages.ts';

const MAX_SIDE = 1024;
const MIN_SIDE = 8;

/** PCam's images are 96 x 96; patches of other sizes in its format are taken too. @throws UserError without the file's name */
export function checkImages({ shape, bytes }: Hdf5Description): void {
  const [count = 0, height = 0, width = 0, channels] = shape;
  const patch = [height, width].every((side) => side >= MIN_SIDE && side <= MAX_SIDE);
  if (!bytes || shape.length !== 4 || channels !== 3 || !patch)
    throw new UserError(`its images “x” are not [N, 96, 96, 3] bytes but ${shapeText(shape, bytes)}`);
  if (count === 0) throw new UserError('it holds no patches');
}

/** @throws UserError without the file's name */
export function checkLabels({ shape, bytes }: Hdf5Description): void {
  const [count = 0, ...rest] = shape;
  if (!bytes || rest.some((side) => side !== 1))
    throw new UserError(`its labels “y” are not [N, 1, 1, 1] bytes but ${shapeText(shape, bytes)}`);
  if (count === 0) throw new UserError('it holds no labels');
}

const shapeText = (shape: readonly number[], bytes: boolean): string =>
  `[${shape.join(', ')}] ${bytes ? 'bytes' : 'values of another type'}`;
