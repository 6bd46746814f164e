import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { PretrainStepRow, ValidationRow } from '../../contract/values/pretraining.ts';
import type { Batch } from '../../engines/engine.ts';
import { CheckpointPace } from '../checkpointPace.ts';
import { checkFinite } from '../divergence.ts';
import { parametersOf } from '../parametersOf.ts';
import { prefetch, prefetchDepth } from '../prefetch.ts';
import { learningRate } from '../schedules.ts';
import { bestValidation, isBetterValidation } from './bestValidation.ts';
import { imagesPerIteration, isValidated, pretrainingOrder, validationPlan } from './plan.ts';
import { freshPretrainState, type PretrainState } from './pretrainState.ts';
import type { PretrainingEvent, PretrainingOptions, PretrainingOutcome } from './pretraining.ts';
import type { PretrainImage, Seen } from './objective.ts';

type Events<Result = void> = AsyncGenerator<PretrainingEvent, Result, undefined>;

/**
 * Pre-trains for a number of iterations, validates after every `validateEvery` of them and at the end, and measures the weights of
 * the best validation (without validation images the last ones) on all validation images.
 *
 * The weights depend on settings, images and initial weights alone: one that goes on from any of its checkpoints equals the
 * uninterrupted one bit for bit. Going on, it first yields the steps and validations up to the checkpoint again.
 * @throws the signal's reason between two steps when it is aborted; a checkpoint of that moment is then saved.
 * @throws UserError when the loss is no longer finite, or an image cannot be read.
 */
export async function* pretrain(options: PretrainingOptions): Events<PretrainingOutcome> {
  const run = new PretrainingRun(options);
  if (options.from) await options.trainer.restore(options.from.tensors);
  yield* run.replay();
  try {
    yield* run.iterations();
  } catch (error) {
    if (error === options.signal.reason) await run.save();
    throw error;
  }
  return yield* run.finish();
}

class PretrainingRun {
  readonly #options: PretrainingOptions;
  /** The validations on the way. */
  readonly #plan: ReturnType<typeof validationPlan<PretrainImage>>;
  readonly #losses: number[];
  readonly #pace: CheckpointPace;
  #state: PretrainState;

  constructor(options: PretrainingOptions) {
    const { config, images, from, clock, fingerprint } = options;
    this.#options = options;
    this.#plan = validationPlan(config, images.val);
    this.#losses = [...(from?.losses ?? [])];
    this.#state = from?.state ?? freshPretrainState(fingerprint);
    this.#pace = new CheckpointPace(clock);
  }

  *replay(): Generator<PretrainingEvent> {
    const known = new Map(this.#state.validations.map((row) => [row.iteration, row]));
    for (const index of this.#losses.keys()) {
      yield { type: 'step', step: this.#stepRow(index) };
      const validation = known.get(index + 1);
      if (validation) yield { type: 'validation', validation, pictures: new Map() };
    }
  }

  async *iterations(): Events {
    const { config } = this.#options;
    const values = imagesPerIteration(config) * 3 * config.cropSize ** 2;
    const batches = prefetch(this.#loads(), prefetchDepth(values));
    for (;;) {
      if (this.#isValidationDue()) yield* this.#closeInterval();
      if (this.#state.step >= config.iterations) return;
      yield* this.#iterate(batches);
      if (!this.#isValidationDue() && this.#pace.overdue) await this.save();
    }
  }

  async save(): Promise<void> {
    const { checkpoints, trainer } = this.#options;
    const state = { ...this.#state, seconds: this.#seconds() };
    await this.#pace.save(async () =>
      checkpoints.save({ state, tensors: await trainer.state(), losses: this.#losses }),
    );
  }

  async *finish(): Events<PretrainingOutcome> {
    const { trainer, checkpoints, images } = this.#options;
    const best = bestValidation(this.#state.validations);
    const iteration = best?.iteration ?? this.#state.step;
    if (iteration !== this.#state.step) await trainer.restore((await checkpoints.load(iteration)).tensors);
    const all = images.val.length === this.#plan.images.length;
    const validation = best && !all ? (yield* this.#measure(true, iteration)).row : best;
    const { images: trained, trainingSeconds, waited } = this.#state.total;
    return {
      checkpoint: best ? 'best' : 'last',
      iteration,
      validation,
      parameters: parametersOf(await trainer.state()),
      seconds: this.#seconds(),
      imagesPerSecond: ratio(trained, trainingSeconds),
      waitFraction: ratio(waited, trainingSeconds),
    };
  }

  /** The batches from the present iteration to the last. */
  *#loads(): Generator<() => Promise<Batch>> {
    const { loader, images, config, objective } = this.#options;
    const order = pretrainingOrder(config, images.train.length);
    const settings = { rescale: config.rescale, flip: config.flip };
    for (let iteration = this.#state.step; iteration < config.iterations; iteration++) {
      const { indices, seeds } = order(iteration);
      const items = indices.flatMap((index) => images.train[index] ?? []);
      yield async () => {
        const batch = await loader.load({ items, size: config.cropSize, augment: { settings, seeds } });
        return { images: batch.images, targets: objective.targets(items, batch) };
      };
    }
  }

  async *#iterate(batches: AsyncGenerator<Batch, void, undefined>): Events {
    const { trainer, signal, clock, config } = this.#options;
    signal.throwIfAborted();
    const began = clock();
    const { value: batch } = await batches.next();
    if (!batch) throw new Error('The batches ended before the pre-training.');
    const arrived = clock();
    const { step, total } = this.#state;
    const output = await trainer.step(batch, this.#learningRate(step));
    await letMessagesIn(); // the engine blocks the event loop: cancel and decoded images come in now
    const loss = Math.fround(output.loss); // as a checkpoint keeps it
    checkFinite(loss, step);
    this.#losses.push(loss);
    this.#state = {
      ...this.#state,
      step: step + 1,
      total: {
        images: total.images + imagesPerIteration(config),
        trainingSeconds: total.trainingSeconds + clock() - began,
        waited: total.waited + arrived - began,
      },
    };
    yield { type: 'step', step: this.#stepRow(step) };
  }

  #isValidationDue(): boolean {
    const { step, validations } = this.#state;
    if (this.#plan.images.length === 0 || validations.at(-1)?.iteration === step) return false;
    return isValidated(step, this.#options.config);
  }

  /** Validates; the checkpoint of a best one is always kept, because its weights are needed in the end. */
  async *#closeInterval(): Events {
    const { row, pictures } = yield* this.#measure(false, this.#state.step);
    this.#state = { ...this.#state, validations: [...this.#state.validations, row] };
    if (row.best || this.#pace.affordable || this.#state.step === this.#options.config.iterations)
      await this.save();
    yield { type: 'validation', validation: row, pictures };
  }

  async *#measure(
    final: boolean,
    iteration: number,
  ): Events<{ row: ValidationRow; pictures: ReadonlyMap<number, Seen> }> {
    const { trainer, validate, signal, clock, images } = this.#options;
    signal.throwIfAborted();
    const began = clock();
    const measured = final ? images.val : this.#plan.images;
    const validation = validate(parametersOf(await trainer.state()), measured, this.#plan.pictured);
    for (;;) {
      const { done, value } = await validation.next();
      if (!done) {
        yield { type: 'validated', done: value, total: measured.length, final };
        continue;
      }
      const { loss, score, perClass, pixelAccuracy, pictures } = value;
      checkFinite(loss, iteration);
      const found = { iteration, n: measured.length, loss, score, perClass: [...perClass], pixelAccuracy };
      const best = final || isBetterValidation(found, bestValidation(this.#state.validations));
      const shown = [...this.#plan.pictured].map((imageId) => ({
        imageId,
        scores: pictures.get(imageId)?.scores?.slice() ?? null,
      }));
      return { row: { ...found, seconds: clock() - began, best, pictures: shown }, pictures };
    }
  }

  /** @param index 0-based */
  #stepRow(index: number): PretrainStepRow {
    return {
      iteration: index + 1,
      loss: this.#losses[index] ?? 0,
      learningRate: this.#learningRate(index),
    };
  }

  #learningRate(index: number): number {
    const { optimizer, schedule, iterations } = this.#options.config;
    return learningRate(optimizer.learningRate, schedule, index, iterations);
  }

  #seconds(): number {
    return (this.#options.from?.state.seconds ?? 0) + this.#options.clock();
  }
}

/** 0 where the clock is too coarse to see any time pass. */
function ratio(amount: number, seconds: number): number {
  return seconds > 0 ? amount / seconds : 0;
}
