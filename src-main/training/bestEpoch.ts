import type { EpochRow } from '../contract/values/run.ts';

type Validated = Pick<EpochRow, 'valMacroF1' | 'valLoss'>;

/**
 * Whether an epoch takes over from the best so far: by higher validation macro-F1 (which, unlike accuracy, does not
 * reward ignoring a rare class), at a tie by lower validation loss, at a tie again the earlier epoch stays.
 * An epoch without validation is never the best.
 */
export function isBetter(epoch: Validated, best: Validated | null): boolean {
  if (epoch.valMacroF1 === null || epoch.valLoss === null) return false;
  if (best === null || best.valMacroF1 === null || best.valLoss === null) return true;
  if (epoch.valMacroF1 !== best.valMacroF1) return epoch.valMacroF1 > best.valMacroF1;
  return epoch.valLoss < best.valLoss;
}

/** The best epoch of a run so far; null without validation. */
export function bestEpoch(history: readonly EpochRow[]): EpochRow | null {
  return history.findLast((row) => row.best) ?? null;
}
