import { setImmediate as letMessagesIn } from 'node:timers/promises';
import type { EpochRow, Metrics, StepRow } from '../contract/values/run.ts';
import type { Batch, StepOutput } from '../engines/engine.ts';
import { bestEpoch, isBetter } from './bestEpoch.ts';
import { CheckpointPace } from './checkpointPace.ts';
import { checkFinite } from './divergence.ts';
import { evaluate } from './evaluation.ts';
import { measure } from './metrics.ts';
import { trainingOrder, type TrainingOrder } from './order.ts';
import { parametersOf } from './parametersOf.ts';
import { prefetch, prefetchDepth } from './prefetch.ts';
import { learningRate } from './schedules.ts';
import { argmaxRows, softmax } from './softmax.ts';
import type { HeldOut, TrainingEvent, TrainingOptions, TrainingOutcome } from './training.ts';
import { EMPTY_EPOCH, freshState, onDevice, type TrainingState } from './trainingState.ts';

type Events<Result = void> = AsyncGenerator<TrainingEvent, Result, undefined>;

/**
 * Trains, validates after every epoch, and evaluates the best epoch's weights (see `isBetter`; without validation
 * patches the last epoch's) on validation and test patches.
 *
 * The results depend on settings, patches and initial weights alone: a run that goes on from any of its checkpoints
 * equals the uninterrupted one bit for bit. Going on, it first yields the steps and epochs up to the checkpoint again,
 * so that a listener that lost some has them all.
 * @throws the signal's reason between two steps when it is aborted; a checkpoint of that moment is then saved.
 * @throws UserError when the loss is no longer finite, or a patch cannot be read.
 */
export async function* train(options: TrainingOptions): Events<TrainingOutcome> {
  const run = new TrainingRun(options);
  if (options.from) await options.trainer.restore(options.from.tensors);
  yield* run.replay();
  try {
    yield* run.epochs();
  } catch (error) {
    if (error === options.signal.reason) await run.save();
    throw error;
  }
  return yield* run.finish();
}

class TrainingRun {
  readonly #options: TrainingOptions;
  readonly #order: TrainingOrder;
  /** Steps of the whole run. */
  readonly #iterations: number;
  readonly #losses: number[];
  readonly #pace: CheckpointPace;
  #state: TrainingState;

  constructor(options: TrainingOptions) {
    const { config, patches, from, clock } = options;
    this.#options = options;
    this.#order = trainingOrder(config.seed, patches.train.length, config.batchSize);
    this.#iterations = config.epochs * this.#order.stepsPerEpoch;
    this.#losses = [...(from?.losses ?? [])];
    this.#state = onDevice(from?.state ?? freshState(options.fingerprint), options.trainer.device);
    this.#pace = new CheckpointPace(clock);
  }

  *replay(): Generator<TrainingEvent> {
    const ends = new Map(this.#state.history.map((row) => [row.step, row]));
    for (const index of this.#losses.keys()) {
      yield { type: 'step', step: this.#stepRow(index) };
      const epoch = ends.get(index + 1);
      if (epoch) yield { type: 'epoch', epoch };
    }
  }

  async *epochs(): Events {
    const values = this.#order.batchSize * 3 * this.#options.config.imageSize ** 2;
    // one stream for all epochs, so that the engine does not wait at the start of each
    const batches = prefetch(this.#loads(), prefetchDepth(values));
    while (this.#state.epochsDone < this.#options.config.epochs) {
      yield* this.#trainEpoch(batches);
      yield* this.#closeEpoch();
    }
  }

  async save(): Promise<void> {
    const { checkpoints, trainer } = this.#options;
    const state = { ...this.#state, seconds: this.#seconds() };
    await this.#pace.save(async () =>
      checkpoints.save({ state, tensors: await trainer.state(), losses: this.#losses }),
    );
  }

  async *finish(): Events<TrainingOutcome> {
    const { trainer, checkpoints, config } = this.#options;
    const best = bestEpoch(this.#state.history);
    if (best && best.step !== this.#state.step)
      await trainer.restore((await checkpoints.load(best.step)).tensors);
    const validation = yield* this.#predict('val');
    const test = yield* this.#predict('test');
    const { images, trainingSeconds, waited } = this.#state.total;
    return {
      checkpoint: best ? 'best' : 'last',
      bestEpoch: best?.epoch ?? config.epochs,
      validation,
      test,
      parameters: parametersOf(await trainer.state()),
      seconds: this.#seconds(),
      imagesPerSecond: ratio(images, trainingSeconds),
      waitFraction: ratio(waited, trainingSeconds),
      devices: this.#state.devices,
    };
  }

  /** The batches from the present step to the end of the run. */
  *#loads(): Generator<() => Promise<Batch>> {
    const { loader, patches, config } = this.#options;
    const { stepsPerEpoch } = this.#order;
    for (let step = this.#state.step; step < this.#iterations; step++) {
      const { indices, seeds } = this.#order.batch(
        Math.floor(step / stepsPerEpoch) + 1,
        step % stepsPerEpoch,
      );
      const chosen = indices.flatMap((index) => patches.train[index] ?? []);
      yield async () => ({
        images: await loader.load({
          paths: chosen.map(({ path }) => path),
          augment: { settings: config.augmentation, seeds },
        }),
        targets: Int32Array.from(chosen, ({ classIndex }) => classIndex),
      });
    }
  }

  /** From the present step to the end of its epoch. */
  async *#trainEpoch(batches: AsyncGenerator<Batch, void, undefined>): Events {
    const { trainer, signal, clock } = this.#options;
    const end = (this.#state.epochsDone + 1) * this.#order.stepsPerEpoch;
    while (this.#state.step < end) {
      signal.throwIfAborted();
      const began = clock();
      const { value: batch } = await batches.next();
      if (!batch) throw new Error('The batches ended before the epoch.');
      const arrived = clock();
      const output = await trainer.step(batch, this.#learningRate(this.#state.step));
      await letMessagesIn(); // the engine blocks the event loop: cancel and decoded images come in now
      this.#record(output, batch, clock() - began, arrived - began);
      yield { type: 'step', step: this.#stepRow(this.#state.step - 1) };
      if (this.#state.step < end && this.#pace.overdue) await this.save();
    }
  }

  #record({ loss, logits }: StepOutput, { targets }: Batch, seconds: number, waited: number): void {
    const single = Math.fround(loss); // as a checkpoint keeps it
    checkFinite(single, this.#state.step);
    const predicted = argmaxRows(logits, this.#options.classes);
    const { epoch, step } = this.#state;
    this.#losses.push(single);
    this.#state = {
      ...this.#state,
      step: step + 1,
      epoch: {
        loss: epoch.loss + single,
        hits: epoch.hits + predicted.filter((c, i) => c === targets[i]).length,
        images: epoch.images + targets.length,
        seconds: epoch.seconds + seconds,
        waited: epoch.waited + waited,
      },
    };
  }

  async *#closeEpoch(): Events {
    const validation = (yield* this.#measure('val'))?.metrics;
    const { epoch: sums, epochsDone, history, step, total } = this.#state;
    const validated = {
      valLoss: validation?.loss ?? null,
      valAccuracy: validation?.accuracy ?? null,
      valMacroF1: validation?.macroF1 ?? null,
    };
    const row: EpochRow = {
      epoch: epochsDone + 1,
      step,
      trainLoss: sums.loss / this.#order.stepsPerEpoch,
      trainAccuracy: sums.hits / sums.images,
      ...validated,
      imagesPerSecond: ratio(sums.images, sums.seconds),
      waitFraction: ratio(sums.waited, sums.seconds),
      best: isBetter(validated, bestEpoch(history)),
    };
    this.#state = {
      ...this.#state,
      epochsDone: row.epoch,
      epoch: EMPTY_EPOCH,
      history: [...history, row],
      total: {
        images: total.images + sums.images,
        trainingSeconds: total.trainingSeconds + sums.seconds,
        waited: total.waited + sums.waited,
      },
    };
    if (this.#isCheckpointDue(row)) await this.save();
    yield { type: 'epoch', epoch: row };
  }

  /**
   * After every epoch, unless epochs are so short that writing would take too much of the time. A best epoch is always
   * kept, because its weights are needed in the end.
   */
  #isCheckpointDue({ best, epoch }: EpochRow): boolean {
    return best || epoch === this.#options.config.epochs || this.#pace.affordable;
  }

  async *#predict(split: HeldOut): Events<Metrics | null> {
    const measured = yield* this.#measure(split);
    if (!measured) return null;
    const scores = softmax(measured.logits, this.#options.classes);
    yield { type: 'predictions', split, scores };
    return measured.metrics;
  }

  /** null: there are no such patches. */
  async *#measure(split: HeldOut): Events<{ metrics: Metrics; logits: Float32Array } | null> {
    const { trainer, loader, classes, signal } = this.#options;
    const patches = this.#options.patches[split];
    if (patches.length === 0) return null;
    const evaluation = evaluate(trainer, loader, patches, classes, this.#order.batchSize, signal);
    for (;;) {
      const { done, value } = await evaluation.next();
      if (!done) yield { type: 'evaluated', split, done: value, total: patches.length };
      else {
        const targets = patches.map(({ classIndex }) => classIndex);
        const metrics = measure(value, targets, classes);
        checkFinite(metrics.loss, this.#state.step);
        return { metrics, logits: value };
      }
    }
  }

  /** @param index 0-based */
  #stepRow(index: number): StepRow {
    return {
      step: index + 1,
      epoch: Math.floor(index / this.#order.stepsPerEpoch) + 1,
      loss: this.#losses[index] ?? 0,
      learningRate: this.#learningRate(index),
    };
  }

  #learningRate(index: number): number {
    const { optimizer, schedule } = this.#options.config;
    return learningRate(optimizer.learningRate, schedule, index, this.#iterations);
  }

  #seconds(): number {
    return (this.#options.from?.state.seconds ?? 0) + this.#options.clock();
  }
}

/** 0 where the clock is too coarse to see any time pass. */
function ratio(amount: number, seconds: number): number {
  return seconds > 0 ? amount / seconds : 0;
}
