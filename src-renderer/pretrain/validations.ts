import type { Pretraining, ValidationRow } from '../../src-main/contract/values/pretraining.ts';

/** What is said of a pre-training in one number: the final weights on all images, before that the newest validation. */
export function shownValidation({
  result,
  latestValidation,
}: Pick<Pretraining, 'result' | 'latestValidation'>): ValidationRow | null {
  return result ? result.validation : latestValidation;
}
