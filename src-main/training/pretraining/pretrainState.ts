import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PretrainConfig, ValidationRow } from '../../contract/values/pretraining.ts';
import type { PretrainSpec } from '../../contract/worker.ts';
import type { StateFormat } from '../checkpoint.ts';
import { bestValidation } from './bestValidation.ts';

/** Where a pre-training stands. Order and augmentation are functions of the seed and the iteration, so no generator is stored. */
export const PretrainState = z.object({
  fingerprint: z.string(),
  /** Iterations done. */
  step: z.int().nonnegative(),
  validations: z.array(ValidationRow),
  /** `waited` of `trainingSeconds` went by waiting for data. */
  total: z.object({ images: z.int(), trainingSeconds: z.number(), waited: z.number() }),
  /** Wall time up to here, over all its processes. */
  seconds: z.number(),
});
export type PretrainState = z.infer<typeof PretrainState>;

/** How the checkpoints of a pre-training are written. */
export const pretrainFormat: StateFormat<PretrainState> = {
  schema: PretrainState,
  bestStep: ({ validations }) => bestValidation(validations)?.iteration ?? null,
};

export function freshPretrainState(fingerprint: string): PretrainState {
  return {
    fingerprint,
    step: 0,
    validations: [],
    total: { images: 0, trainingSeconds: 0, waited: 0 },
    seconds: 0,
  };
}

/** What must be equal for a checkpoint to be continued: settings, classes and images; neither folders nor device (`fingerprint` of runs). */
export function pretrainFingerprint(
  spec: Pick<PretrainSpec, 'config' | 'classNames' | 'train' | 'val'>,
): string {
  const images = [spec.train, spec.val].map((part) =>
    part.map(({ path, maskPath, labels }) => [path, maskPath, labels]),
  );
  // parsed, because that puts the keys into the schema's order
  const config = PretrainConfig.omit({ device: true }).parse(spec.config);
  return createHash('sha256')
    .update(JSON.stringify([config, spec.classNames, images]))
    .digest('hex');
}
