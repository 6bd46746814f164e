import { Random } from '../base/random.ts';

/**
 * Assigns every item to one of `k` folds so that each class is spread evenly, as scikit-learn's StratifiedKFold with
 * shuffle: within a class, fold sizes differ by at most one, and the first folds are the larger ones.
 * @param classOf class of each item, in an order that the caller has made canonical
 * @returns the fold (0 … k - 1) of each item
 */
export function stratifiedFolds(classOf: readonly number[], k: number, seed: number): number[] {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k must be a positive whole number, not ${k}`);
  const folds = new Array<number>(classOf.length).fill(0);
  for (const classIndex of new Set(classOf)) {
    const members = classOf.flatMap((value, item) => (value === classIndex ? [item] : []));
    const shuffled = Random.from(seed, 'folds', classIndex).shuffled(members);
    shuffled.forEach((item, position) => (folds[item] = position % k));
  }
  return folds;
}
