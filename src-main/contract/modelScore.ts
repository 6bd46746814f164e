import type { HeldOutResult, PretrainMetric } from './values/heldOut.ts';
import type { Model } from './values/model.ts';

/** How good a model is. */
export interface ModelScore {
  readonly metric: 'accuracy' | PretrainMetric;
  /** 0–1. */
  readonly value: number;
  /** Held-out patches or images; null: not known. */
  readonly n: number | null;
  /** Whether only its file says so; else it was measured in this workspace. */
  readonly stated: boolean;
}

type Scored = Pick<Model, 'testAccuracy' | 'testN' | 'validation'> & {
  readonly card: Pick<Model['card'], 'statement'>;
};

/** What an imported model's file states of how good it is, where that can be. */
export function statedResult({ card: { statement } }: Pick<Scored, 'card'>): HeldOutResult | null {
  return statement?.believable ? statement.result : null;
}

/** How good a model is, as far as anybody knows; null: it was not measured. */
export function modelScore(model: Scored): ModelScore | null {
  const { testAccuracy, testN, validation } = model;
  if (testAccuracy !== null) return { metric: 'accuracy', value: testAccuracy, n: testN, stated: false };
  if (validation) return { ...validation, stated: false };
  const result = statedResult(model);
  if (!result) return null;
  const { n } = result;
  return result.split === 'test'
    ? { metric: 'accuracy', value: result.accuracy, n, stated: true }
    : { metric: result.metric, value: result.value, n, stated: true };
}
