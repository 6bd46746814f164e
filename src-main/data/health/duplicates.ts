import { contradicts, isBetween } from '../../contract/duplicatePairs.ts';
import type { DatasetHealth, DuplicatePair, HealthItem } from '../../contract/values/health.ts';
import { nearPairs } from './nearPairs.ts';
import { nearThreshold, type PerceptualHash } from './perceptualHash.ts';

/** An item with what its duplicates are found by. */
export interface Hashed {
  readonly item: HealthItem;
  /** The earlier item with the same bytes; null: none, or blank. */
  readonly duplicateOf: number | null;
  /** null: blank, or unreadable. */
  readonly hash: PerceptualHash | null;
}

/** A dataset with more pairs is not looked through to the end: a film, say, in which each frame resembles many. */
const MOST_PAIRS = 200_000;
/** Pairs that a report keeps. */
const KEPT_PAIRS = 500;

export interface Duplicates extends Omit<DatasetHealth['duplicates'], 'pairs'> {
  /** All that were found, in the order of the report. */
  readonly all: readonly DuplicatePair[];
}

/**
 * Pairs of items that show the same: by their bytes, else by their perceptual hashes. An item that has the same bytes as several is
 * paired with the first of them, and once more with the first in each other split.
 */
export function findDuplicates(hashed: readonly Hashed[]): Duplicates {
  const { exact, repeated } = exactPairs(hashed);
  const originals = hashed.filter(
    (each): each is Hashed & { hash: PerceptualHash } => each.hash !== null && !repeated.has(each.item.id),
  );
  const threshold = nearThreshold(originals.length);
  const { pairs: found, complete } = nearPairs(
    originals.map(({ hash }) => hash),
    threshold,
    MOST_PAIRS,
  );
  const copies = new Set(exact.map(({ first, second }) => `${first.id} ${second.id}`));
  const near = found.flatMap(({ first: a, second: b, distance }): DuplicatePair[] => {
    const [first, second] = [originals[a]?.item, originals[b]?.item];
    if (!first || !second || copies.has(`${first.id} ${second.id}`)) return [];
    return [{ first, second, exact: false, distance }];
  });
  const all = [...exact, ...near].sort(byImportance);
  const count = (between: boolean, isExact: boolean) =>
    all.filter((pair) => isBetween(pair) === between && pair.exact === isExact).length;
  return {
    between: { exact: count(true, true), near: count(true, false) },
    within: { exact: count(false, true), near: count(false, false) },
    contradicting: all.filter(contradicts).length,
    threshold,
    complete,
    all,
  };
}

/** What a report keeps of them. */
export function reported({ all, ...counts }: Duplicates): DatasetHealth['duplicates'] {
  return { ...counts, pairs: all.slice(0, KEPT_PAIRS) };
}

function byImportance(a: DuplicatePair, b: DuplicatePair): number {
  return (
    Number(isBetween(b)) - Number(isBetween(a)) ||
    Number(contradicts(b)) - Number(contradicts(a)) ||
    Number(b.exact) - Number(a.exact) ||
    a.distance - b.distance ||
    a.first.id - b.first.id
  );
}

/** Copies in pairs with their originals, and those that have an earlier copy in their own split. */
function exactPairs(hashed: readonly Hashed[]): { exact: DuplicatePair[]; repeated: Set<number> } {
  const byId = new Map(hashed.map((each) => [each.item.id, each.item]));
  const groups = new Map<number, HealthItem[]>();
  for (const { item, duplicateOf } of hashed) {
    const original = duplicateOf === null ? undefined : byId.get(duplicateOf);
    if (!original) continue;
    const group = groups.get(original.id);
    if (group) group.push(item);
    else groups.set(original.id, [original, item]);
  }
  const exact: DuplicatePair[] = [];
  const repeated = new Set<number>();
  for (const group of groups.values()) {
    const firsts: HealthItem[] = [];
    for (const second of group) {
      for (const [index, first] of firsts.entries())
        if (index === 0 || first.split !== second.split)
          exact.push({ first, second, exact: true, distance: 0 });
      if (!firsts.some(({ split }) => split === second.split)) firsts.push(second);
      else repeated.add(second.id);
    }
  }
  return { exact, repeated };
}
