import type { Split } from '../contract/values/common.ts';
import { Random } from '../base/random.ts';
import { stratifiedFolds } from './folds.ts';
import { drawSlides } from './slideGroups.ts';

/** What `drawSplits` needs to know of a patch. */
export interface SplitPatch {
  readonly id: number;
  readonly classIndex: number;
  /** Which part the source gives it; null: none. */
  readonly split: Split | null;
  /** An earlier patch with the same bytes. */
  readonly duplicateOf: number | null;
  readonly path: string;
  /** The slide that it was cut from; null: not known. */
  readonly slide: string | null;
}

export interface SplitOptions {
  /** Training patches per class; null: all that are left. */
  readonly perClass: number | null;
  readonly validationPerClass: number;
  /** Where the source has no test patches: fold 1 of round(1 / this), at least 2 folds; 0: no test. */
  readonly testFraction: number;
  /** Whether no slide may give patches to two parts. Patches of unknown slides are then neither learnt from nor held out. */
  readonly groupBySlide: boolean;
  readonly seed: number;
  readonly classes: number;
  /** For the sentence in `problem`. */
  readonly classNames?: readonly string[];
}

/** The parts of a run, each sorted by path. */
export interface Splits<T> {
  readonly train: T[];
  readonly val: T[];
  readonly test: T[];
  /** A sentence for the user when there are too few patches; the run must not start then. */
  readonly problem: string | null;
}

/**
 * Draws the labelled patches of a run. The source's test patches are the test set; without any, a stratified fold is held
 * out. Validation patches are drawn from the source's own, or where it has none from the training pool.
 *
 * For one seed, the test set is the same for every budget, a smaller training draw is part of a larger one, and the order
 * of `patches` is irrelevant. Files with the same bytes never end up in different parts, and count once in training.
 */
export function drawSplits<T extends SplitPatch>(patches: readonly T[], options: SplitOptions): Splits<T> {
  const sorted = [...patches].sort(byPath);
  const contentOf = contentKeys(sorted);
  const own = (split: Split) => sorted.filter((patch) => patch.split === split);
  const { groupBySlide } = options;
  const keysOf = (patch: T): (number | string)[] =>
    groupBySlide && patch.slide !== null ? [contentOf(patch), patch.slide] : [contentOf(patch)];
  const free = (parts: readonly T[][]) => {
    const taken = new Set(parts.flatMap((part) => part.flatMap(keysOf)));
    return (patch: T) => !keysOf(patch).some((key) => taken.has(key));
  };

  const given = { val: own('val'), test: own('test') };
  const unseen = firstOfEach(
    sorted
      .filter((patch) => patch.split === null || patch.split === 'train')
      .filter((patch) => !groupBySlide || patch.slide !== null)
      .filter(free(Object.values(given))),
    contentOf,
  );
  const test = given.test.length > 0 ? given.test : heldOut(unseen, options);
  const pool = unseen.filter(free([test]));

  const fromPool = given.val.length > 0 ? 0 : options.validationPerClass;
  const train: T[] = [];
  const val: T[] = drawnPerClass(given.val.filter(free([test])), options);
  const short: { classIndex: number; available: number }[] = [];
  const wanted = Array.from({ length: options.classes }, () => fromPool);
  const kept = groupBySlide ? drawSlides(pool, wanted, options.seed, 'validation') : null;
  for (let classIndex = 0; classIndex < options.classes; classIndex++) {
    const order = Random.from(options.seed, 'labels', classIndex).shuffled(
      pool.filter((patch) => patch.classIndex === classIndex),
    );
    const [learnt, held] = kept
      ? bySlide(order, kept, options.perClass, fromPool)
      : byPosition(order, options.perClass, fromPool);
    if (learnt.length < (options.perClass ?? 1) || held.length < fromPool)
      short.push({ classIndex, available: order.length });
    for (const patch of learnt) train.push(patch);
    val.push(...held);
  }
  const problem = short.length > 0 ? shortage(short, fromPool, options) : null;
  return { train: train.sort(byPath), val: val.sort(byPath), test, problem };
}

/** Up to `validationPerClass` of each class: a split may have ten thousands, and each epoch looks at all that are drawn. */
function drawnPerClass<T extends SplitPatch>(patches: readonly T[], options: SplitOptions): T[] {
  return Array.from({ length: options.classes }, (_, classIndex) =>
    Random.from(options.seed, 'validation', classIndex)
      .shuffled(patches.filter((patch) => patch.classIndex === classIndex))
      .slice(0, options.validationPerClass),
  ).flat();
}

function byPosition<T>(
  order: readonly T[],
  perClass: number | null,
  validation: number,
): [learnt: T[], held: T[]] {
  const budget = perClass ?? Math.max(1, order.length - validation);
  // From the far end, so that the validation patches stay the same whatever the budget.
  return [order.slice(0, budget), order.slice(Math.max(budget, order.length - validation))];
}

/** @param kept the slides whose patches validate */
function bySlide<T extends SplitPatch>(
  order: readonly T[],
  kept: ReadonlySet<string>,
  perClass: number | null,
  validation: number,
): [learnt: T[], held: T[]] {
  const isKept = ({ slide }: T) => slide !== null && kept.has(slide);
  const learnt = order.filter((patch) => !isKept(patch));
  return [learnt.slice(0, perClass ?? learnt.length), order.filter(isKept).slice(0, validation)];
}

function heldOut<T extends SplitPatch>(pool: readonly T[], options: SplitOptions): T[] {
  const { testFraction, seed, groupBySlide, classes } = options;
  if (testFraction <= 0) return [];
  const k = Math.max(2, Math.round(1 / testFraction));
  if (groupBySlide) {
    const sizes = Array.from({ length: classes }, () => 0);
    for (const { classIndex } of pool) sizes[classIndex] = (sizes[classIndex] ?? 0) + 1;
    const slides = drawSlides(
      pool,
      sizes.map((size) => Math.ceil(size / k)),
      seed,
      'test',
    );
    return pool.filter(({ slide }) => slide !== null && slides.has(slide));
  }
  const folds = stratifiedFolds(
    pool.map(({ classIndex }) => classIndex),
    k,
    seed,
  );
  return pool.filter((_patch, i) => folds[i] === 0);
}

/** A function that names a patch's content: equal for exact duplicates. */
function contentKeys(patches: readonly SplitPatch[]): (patch: SplitPatch) => number {
  const earlier = new Map(patches.map(({ id, duplicateOf }) => [id, duplicateOf]));
  return ({ id, duplicateOf }) => {
    let key = duplicateOf ?? id;
    for (let next = earlier.get(key); next !== undefined && next !== null; next = earlier.get(key))
      key = next;
    return key;
  };
}

function firstOfEach<T>(items: readonly T[], key: (item: T) => number): T[] {
  const seen = new Set<number>();
  return items.filter((item) => !seen.has(key(item)) && seen.add(key(item)));
}

function shortage(
  short: readonly { classIndex: number; available: number }[],
  validation: number,
  { classNames, perClass, groupBySlide }: SplitOptions,
): string {
  const budget = perClass ?? 1;
  const wanted = validation > 0 ? `${budget} to train and ${validation} to validate` : `${budget} to train`;
  const classes = short.map(
    ({ classIndex, available }) =>
      `${classNames?.[classIndex] ?? `number ${classIndex + 1}`} has ${available}`,
  );
  return `Too few patches outside the test set: class ${classes.join(', ')}; ${wanted} are wanted of each class${groupBySlide ? ', from different slides' : ''}.`;
}

/** By code units, which does not depend on the computer's language. */
function byPath(a: SplitPatch, b: SplitPatch): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : a.id - b.id;
}
