import { Random } from '../../base/random.ts';
import type { PretrainConfig } from '../../contract/values/pretraining.ts';
import { trainingOrder, type PlannedBatch } from '../order.ts';

/** Pictures of the strip that every validation shows anew. */
const STRIP = 6;

/** Images of one iteration. */
export const imagesPerIteration = ({
  batchSize,
  accumulate,
}: Pick<PretrainConfig, 'batchSize' | 'accumulate'>): number => batchSize * accumulate;

/** Which images an iteration trains on; a function of the seed and the iteration alone. @param iteration 0-based */
export function pretrainingOrder(
  config: Pick<PretrainConfig, 'seed' | 'batchSize' | 'accumulate'>,
  count: number,
): (iteration: number) => PlannedBatch {
  const order = trainingOrder(config.seed, count, imagesPerIteration(config));
  return (iteration) => {
    const { stepsPerEpoch } = order;
    return order.batch(Math.floor(iteration / stepsPerEpoch) + 1, iteration % stepsPerEpoch);
  };
}

/** The images of the validations on the way, and those among them that are pictured; drawn once from the seed. */
export function validationPlan<T extends { readonly id: number }>(
  { seed, validationImages }: Pick<PretrainConfig, 'seed' | 'validationImages'>,
  all: readonly T[],
): { images: readonly T[]; pictured: ReadonlySet<number> } {
  const shuffled = Random.from(seed, 'validation').shuffled(all);
  const images = shuffled.slice(0, validationImages ?? all.length);
  return { images, pictured: new Set(images.slice(0, STRIP).map(({ id }) => id)) };
}

/** Whether a validation belongs after so many iterations. */
export function isValidated(
  iteration: number,
  { validateEvery, iterations }: Pick<PretrainConfig, 'validateEvery' | 'iterations'>,
): boolean {
  return iteration > 0 && (iteration % validateEvery === 0 || iteration === iterations);
}
