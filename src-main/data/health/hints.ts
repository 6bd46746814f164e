import type { HealthHint } from '../../contract/values/health.ts';
import { fewHeldOut, imbalance, missingClasses, tooSmall } from './hints/classes.ts';
import { contradictions, pairsWithin, pooledPairs, unfinished } from './hints/duplicates.ts';
import type { Findings } from './hints/findings.ts';
import { blank, files, sizes } from './hints/items.ts';
import { leakage } from './hints/leakage.ts';

const ALL = [
  leakage,
  contradictions,
  pooledPairs,
  missingClasses,
  tooSmall,
  fewHeldOut,
  imbalance,
  files,
  sizes,
  blank,
  pairsWithin,
  unfinished,
];

/**
 * What a person should know of a dataset before believing a result on it: warnings first, the gravest first among them. Each hint says
 * what was found, what it means and what to do.
 */
export function hints(findings: Findings): HealthHint[] {
  const all = ALL.flatMap((about) => about(findings));
  return [...all.filter(({ kind }) => kind === 'warn'), ...all.filter(({ kind }) => kind === 'info')];
}
