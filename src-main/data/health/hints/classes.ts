import type { Split } from '../../../contract/values/common.ts';
import type { HealthHint } from '../../../contract/values/health.ts';
import type { Findings } from './findings.ts';
import { agree, capital, info, list, nounOf, plural, splitNames, trimmed, warn } from './words.ts';

/** A class with fewer held-out items than this moves by more than 3 points an item. */
const FEW = 30;
/** A class with so many times the items of another is called out. */
const IMBALANCE = 3;

/** A run needs one to learn from, one to choose the best epoch by and one to test on. */
const PARTS = 3;

/** Classes that a run cannot part, of patches that no folder parts. */
export function tooSmall({ classes, kind }: Findings): HealthHint[] {
  if (kind === 'images') return [];
  return classes
    .filter(({ counts: { pool, train, val, test } }) => pool > 0 && pool + train + val + test < PARTS)
    .map(({ name, counts }) =>
      warn(
        `${name} has ${plural(counts.pool, nounOf(kind))}: too few to part into training, validation and test. Add some and look for changes, or import the dataset anew without the class.`,
      ),
    );
}

/** A class that a split lacks, of those that the dataset has. */
export function missingClasses({ classes }: Findings): HealthHint[] {
  const split = (key: Split) => classes.some(({ counts }) => counts[key] > 0);
  return (['train', 'val', 'test'] as const).filter(split).flatMap((key) => {
    const missing = classes.filter(
      ({ counts }) => counts[key] === 0 && counts.train + counts.val + counts.test + counts.pool > 0,
    );
    if (missing.length === 0) return [];
    const meaning =
      key === 'train' ? 'They cannot be learnt.' : 'The result says nothing about how they are recognised.';
    return [
      warn(
        `The ${splitNames[key]} split has nothing of ${list(missing.map(({ name }) => name))}. ${meaning}`,
      ),
    ];
  });
}

/** How coarse the held-out result of a class is: one item more or less right moves it by 100 / n points. */
export function fewHeldOut({ classes, kind }: Findings): HealthHint[] {
  return (['val', 'test'] as const).flatMap((key) => {
    const few = classes
      .filter(({ counts }) => counts[key] > 0 && counts[key] < FEW)
      .sort((a, b) => a.counts[key] - b.counts[key]);
    const [fewest] = few;
    if (!fewest) return [];
    const n = fewest.counts[key];
    const others =
      few.length > 1
        ? ` ${list(few.slice(1).map((one) => `${one.name} (${one.counts[key]})`))} ${agree(few.length - 1, 'has', 'have')} few too.`
        : '';
    const moves =
      kind === 'patches'
        ? `accuracy on it moves by ${Math.round(100 / n)} points a patch`
        : `its average precision rests on ${agree(n, 'this one', 'these')}`;
    return [
      warn(
        `${capital(splitNames[key])} has ${plural(n, nounOf(kind))} of class ${fewest.name}: ${moves}.${others} Put more aside, or compare results only over several runs.`,
      ),
    ];
  });
}

/** Of patches only: images show several classes, and rare ones are in their nature. */
export function imbalance({ classes, kind }: Findings): HealthHint[] {
  if (kind === 'images') return [];
  return (['train', 'test', 'pool'] as const).flatMap((key) => {
    const present = classes.filter(({ counts }) => counts[key] > 0);
    const sorted = present.toSorted((a, b) => b.counts[key] - a.counts[key]);
    const [most, least] = [sorted[0], sorted.at(-1)];
    if (!most || !least || most.counts[key] < IMBALANCE * least.counts[key]) return [];
    const all = present.reduce((sum, { counts }) => sum + counts[key], 0);
    const where = key === 'pool' ? '' : `In the ${splitNames[key]} split, `;
    const text = `${where}${most.name} has ${trimmed(most.counts[key] / least.counts[key])} times as many patches as ${least.name}. A classifier that always answers ${most.name} is right in ${Math.round((100 * most.counts[key]) / all)} %: look at each class’s accuracy, not only at the whole.`;
    return [info(text)];
  });
}
