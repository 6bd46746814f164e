import { Random } from '../base/random.ts';
import type { WorkerTask } from '../contract/worker.ts';
import { learntClasses } from '../data/voc/learntClasses.ts';
import { createTrainer } from '../engines/createTrainer.ts';
import { initialise } from '../graph/initialise.ts';
import { pretrainNetwork } from '../training/pretraining/network.ts';
import { objectiveOf } from '../training/pretraining/objective.ts';
import { pretrainingOrder } from '../training/pretraining/plan.ts';
import { imagesOf } from './pretraining/images.ts';
import { trainerOptions } from './pretraining/trainerOptions.ts';
import { validator } from './pretraining/validator.ts';
import { withLoader } from './pretraining/withLoader.ts';
import { withTrainer } from './withTrainer.ts';

/** Iterations before the clock counts: buffers are made, kernels compiled. */
const WARM_UP = 1;
/** At most so many iterations, and no further one after so many seconds. */
const ITERATIONS = 5;
const SECONDS = 20;
const VALIDATION_IMAGES = 2;

/**
 * Takes a few real iterations, their data included, one after the other as in training, and measures a few whole images.
 * Reading the next batch beside the step, as in training, makes the real thing a little faster.
 */
export const timePretrainingTask: WorkerTask<'timePretraining'> = async (spec, { signal, progress }) => {
  const { config } = spec;
  const classes = learntClasses(config.kind, spec.classNames).length;
  const graph = pretrainNetwork(config, classes, config.cropSize);
  const parameters = initialise(graph, Random.from(config.seed, 'weights'));
  const objective = objectiveOf(config.kind, classes);
  const [train, val] = [imagesOf(spec, spec.train), imagesOf(spec, spec.val.slice(0, VALIDATION_IMAGES))];
  const order = pretrainingOrder(config, train.length);
  const augment = { rescale: config.rescale, flip: config.flip };

  // What the files are now is measured, be it on record or not: no result rests on it.
  return withLoader(new Map(), (loader) =>
    withTrainer(createTrainer, trainerOptions(config, graph, parameters), async (trainer) => {
      const iterate = async (iteration: number) => {
        signal.throwIfAborted();
        const { indices, seeds } = order(iteration);
        const items = indices.flatMap((index) => train[index] ?? []);
        const batch = await loader.load({
          items,
          size: config.cropSize,
          augment: { settings: augment, seeds },
        });
        const targets = objective.targets(items, batch);
        await trainer.step({ images: batch.images, targets }, config.optimizer.learningRate);
      };
      const tell = (done: number, message: string) =>
        progress({ fraction: done / (ITERATIONS + 2), message, rate: null, secondsLeft: null });
      tell(0, 'a first step, which does not count');
      for (let i = 0; i < WARM_UP; i++) await iterate(i);
      const began = performance.now();
      const passed = () => (performance.now() - began) / 1000;
      let done = 0;
      while (done < ITERATIONS && (done === 0 || passed() < SECONDS)) {
        tell(1 + done, `step ${done + 1} of at most ${ITERATIONS}`);
        await iterate(WARM_UP + done++);
      }
      const secondsPerIteration = passed() / done;

      const validate = validator(spec, classes, loader, objective, signal);
      tell(1 + ITERATIONS, 'whole images, as validations take them');
      const state = await trainer.state();
      for await (const count of validate(state, val.slice(0, 1), new Set())) void count; // opens, warms up
      const validationBegan = performance.now();
      for await (const count of validate(state, val, new Set())) void count;
      const seconds = (performance.now() - validationBegan) / 1000;
      return {
        secondsPerIteration,
        secondsPerValidationImage: val.length === 0 ? 0 : seconds / val.length,
      };
    }),
  );
};
