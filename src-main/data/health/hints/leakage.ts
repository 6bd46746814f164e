import { isBetween } from '../../../contract/duplicatePairs.ts';
import type { Split } from '../../../contract/values/common.ts';
import type { DatasetClass } from '../../../contract/values/dataset.ts';
import type { HealthHint } from '../../../contract/values/health.ts';
import type { Findings } from './findings.ts';
import { agree, nounOf, plural, splitNames, trimmed, warn } from './words.ts';

/** Which split must not show what another shows, the gravest first. */
const LEAKS: readonly (readonly [held: Split, from: Split])[] = [
  ['test', 'train'],
  ['test', 'val'],
  ['val', 'train'],
];

/**
 * Items of one split that show what an item of another shows: the one is then no test of what was learnt on the other. Copies of
 * patches are named apart, because a run of Tessera's keeps files with the same bytes out of two parts by itself.
 */
export function leakage({ duplicates, classes, kind }: Findings): HealthHint[] {
  const pairs = duplicates.all.filter(isBetween);
  return LEAKS.flatMap(([held, from]) => {
    const [copies, near] = [new Set<number>(), new Set<number>()];
    for (const { first, second, exact } of pairs)
      for (const [one, other] of [[first, second] as const, [second, first] as const])
        if (one.split === held && other.split === from) (exact ? copies : near).add(one.id);
    const apart = kind === 'patches';
    const similar = new Set(apart ? [...near].filter((id) => !copies.has(id)) : [...near, ...copies]);
    const what = (count: number) =>
      `Leakage: ${plural(count, nounOf(kind))} of the ${splitNames[held]} split${shareOf(count, classes, held, apart)}`;
    const meaning =
      from === 'train'
        ? `the ${splitNames[held]} result is better than it will be on new slides`
        : 'the model is chosen by what it is then tested on';
    return [
      ...(similar.size > 0
        ? [
            warn(
              `${what(similar.size)} ${agree(similar.size, 'shows', 'show')} nearly what one of the ${splitNames[from]} split shows: ${meaning}. Take one of each pair out.`,
            ),
          ]
        : []),
      ...(apart && copies.size > 0
        ? [
            warn(
              `${what(copies.size)} ${agree(copies.size, 'is the same file', 'are the same files')} as one of the ${splitNames[from]} split. Runs in Tessera leave such copies out of one part; elsewhere ${meaning}.`,
            ),
          ]
        : []),
    ];
  });
}

/** Items that have one class each can be summed over the classes. */
function shareOf(count: number, classes: readonly DatasetClass[], split: Split, summed: boolean): string {
  if (!summed) return '';
  const all = classes.reduce((sum, { counts }) => sum + counts[split], 0);
  return ` (${trimmed((100 * count) / all)} % of it)`;
}
