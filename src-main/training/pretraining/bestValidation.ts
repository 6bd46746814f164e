import type { ValidationRow } from '../../contract/values/pretraining.ts';

/** Whether a validation takes over from the best so far: by the higher score, at a tie by the lower loss, at a tie again the earlier stays. */
export function isBetterValidation(
  row: Pick<ValidationRow, 'score' | 'loss'>,
  best: Pick<ValidationRow, 'score' | 'loss'> | null,
): boolean {
  if (best === null || row.score !== best.score) return best === null || row.score > best.score;
  return row.loss < best.loss;
}

/** The best validation so far; null: there was none. */
export function bestValidation(rows: readonly ValidationRow[]): ValidationRow | null {
  return rows.findLast(({ best }) => best) ?? null;
}
