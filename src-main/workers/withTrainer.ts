import type { Trainer, TrainerOptions } from '../engines/engine.ts';
import { engineFailure, withExplainedFailures } from '../training/engineFailure.ts';

export type CreateTrainer = (options: TrainerOptions) => Promise<Trainer>;

/** Opens a trainer, whose failures say what happened, for `work`; closes it whatever happens. */
export async function withTrainer<Result>(
  create: CreateTrainer,
  options: TrainerOptions,
  work: (trainer: Trainer) => Promise<Result>,
): Promise<Result> {
  const opened = await create(options).catch((error: unknown) => {
    throw engineFailure(options.device, 'starting', error);
  });
  const trainer = withExplainedFailures(opened);
  try {
    return await work(trainer);
  } finally {
    await trainer.dispose();
  }
}
