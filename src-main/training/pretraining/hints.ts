import type { PretrainConfig, ValidationRow } from '../../contract/values/pretraining.ts';
import { damaged } from '../hints.ts';

/** Iterations below which weights are hardly better than random ones; the paper took 40,000. */
const FEW_ITERATIONS = 5000;

interface Facts {
  readonly config: Pick<PretrainConfig, 'iterations' | 'validateEvery' | 'kind'>;
  readonly validation: ValidationRow | null;
  readonly iteration: number;
  readonly damaged: readonly string[];
  /** Multi-label: classes that all validation images show. */
  readonly everywhere: readonly string[];
}

/** Plain sentences about a finished pre-training. @param damaged checkpoints that could not be used, with the reason */
export function pretrainHints(facts: Facts): string[] {
  const { config, validation, iteration, everywhere } = facts;
  const { iterations } = config;
  return [
    ...(iterations < FEW_ITERATIONS
      ? [
          `${iterations} iterations are few: the paper took 40,000. Expect little from these weights downstream.`,
        ]
      : []),
    ...(validation === null
      ? [
          'There were no validation images: nobody knows how good the network is, and the last weights were kept.',
        ]
      : []),
    ...(validation !== null && iteration < iterations
      ? [
          `The weights after iteration ${iteration} were kept: the later ones, up to ${iterations}, did worse on the validation images.`,
        ]
      : []),
    ...(everywhere.length > 0
      ? [
          `Every validation image shows ${everywhere.join(', ')}: their average precision is 100 % whatever the network says.`,
        ]
      : []),
    ...[damaged(facts) ?? []].flat(),
  ];
}
