import { defaultRunConfig } from '../../contract/defaults.ts';
import type { RunConfig } from '../../contract/values/run.ts';

/** What the demo makes: small enough for two cores and a minute, large enough to be a real run. */
export const demoData = {
  seed: 1,
  trainPerClass: 60,
  testPerClass: 40,
  patchSize: 96,
  slideSide: 8192,
} as const;

/** The same network and trainer as any run, only narrower and on smaller images. */
export function demoConfig(datasetId: number): RunConfig {
  return {
    ...defaultRunConfig(datasetId),
    width: 16,
    imageSize: 64,
    perClass: 40,
    validationPerClass: 10,
    epochs: 20,
    seed: demoData.seed,
  };
}
