import { contradicts, isBetween } from '../../../contract/duplicatePairs.ts';
import type { HealthHint } from '../../../contract/values/health.ts';
import type { Findings } from './findings.ts';
import { agree, info, nounOf, PAIRS, plural, warn } from './words.ts';

/** The same picture under different labels. */
export function contradictions({ duplicates, kind }: Findings): HealthHint[] {
  const pairs = duplicates.all.filter(contradicts);
  const count = pairs.length;
  if (count === 0) return [];
  const remedy = pairs.some(({ first }) => first.cutFrom)
    ? 'correct the annotations'
    : 'move the files to the right class or out';
  return [
    warn(
      `${plural(count, PAIRS)} of ${nounOf(kind)[1]} ${agree(count, 'shows', 'show')} the same but ${agree(count, 'has', 'have')} different classes: at least one label of ${agree(count, 'it', 'each')} is wrong or ambiguous. Look at ${agree(count, 'it', 'them')}, and ${remedy}.`,
    ),
  ];
}

/** Similar items that no split keeps apart: a run's own random split may. */
export function pooledPairs({ duplicates, kind }: Findings): HealthHint[] {
  const pairs = duplicates.all.filter(
    ({ first, second, exact }) => first.split === null && second.split === null && !exact,
  );
  const count = pairs.length;
  if (count === 0) return [];
  const ofOneSlide = pairs.every(
    ({ first, second }) => first.cutFrom && first.cutFrom.slide === second.cutFrom?.slide,
  );
  const remedy = ofOneSlide
    ? 'Train with “Keep slides apart”: the patches of a slide are then on one side'
    : 'Take one of each pair out';
  return [
    warn(
      `${plural(count, PAIRS)} of ${nounOf(kind)[1]} that belong to no split ${agree(count, 'shows', 'show')} nearly the same. A run’s random split may learn from one and test on the other, which makes the result too good. ${remedy}.`,
    ),
  ];
}

/** Fewer independent examples than files. */
export function pairsWithin({ duplicates, kind }: Findings): HealthHint[] {
  const pairs = duplicates.all.filter((pair) => !isBetween(pair));
  if (pairs.length === 0) return [];
  const items = new Set(pairs.flatMap(({ first, second }) => [first.id, second.id]));
  return [
    info(
      `${plural(items.size, nounOf(kind))} ${agree(items.size, 'has', 'have')} a copy or near duplicate within the same part (${plural(pairs.length, PAIRS)}): there are fewer independent examples than it seems, and results look more certain than they are.`,
    ),
  ];
}

export function unfinished({ duplicates, kind }: Findings): HealthHint[] {
  if (duplicates.complete) return [];
  return [
    info(
      `So many ${nounOf(kind)[1]} resemble each other that the search for pairs stopped before its end: there are more pairs than the numbers say.`,
    ),
  ];
}
